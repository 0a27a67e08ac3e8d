"""Requests at once: 60 pairs, and some bursts of eight where a race may need them.

Between them the pairs find a lock or a constraint that is missing: each comes right after the one before, so that the
server is warm, and each has its own thing to race for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World, shown

_BURST = 8
Call = Callable[[], Reply]


def _one_wins(world: World, calls: Sequence[Call], won: int, lost: int, code: str) -> Reply:
    """Send them at once; assert that exactly one is answered ``won`` and each other ``lost`` with this code."""
    replies = world.together(*calls)
    winners = [reply.expect(won, lost) for reply in replies if reply.status != lost]
    for reply in replies:
        if reply.status == lost:
            world.refused(reply, lost, code)
    world.equal([reply.status for reply in winners], [won], f"list of what is not {lost} among {len(replies)} at once")
    return winners[0]


def _posts(world: World, path: str, *bodies: Json) -> list[Call]:
    return [partial(world.staff.post, path, body) for body in bodies]


def _slots_race(world: World, shared: str, pairs: int) -> None:
    """Overlapping appointments at once that have only what is called ``shared`` in common, in pairs and a burst."""
    crowd = world.crowd(_BURST)
    made = []
    for size in [2] * pairs + [_BURST] * 2:
        slot = world.slot()
        bodies = [
            {**place, shared: crowd[0][shared], **_later(slot, minutes)} for minutes, place in enumerate(crowd[:size])
        ]
        made.append(_one_wins(world, _posts(world, "/appointments", *bodies), 201, 409, "slot_taken"))
    window: dict[str, Json] = {"from_": made[0]["starts_at"], "to": slot["ends_at"]}
    listed = world.staff.get("/appointments", **{shared: crowd[0][shared]}, **window).expect(200)
    world.equal([one["id"] for one in listed["items"]], [one["id"] for one in made], "ids of what was made")


def _later(slot: dict[str, str], minutes: int) -> dict[str, str]:
    """The slot so many minutes later: slots are an hour apart, and half of it long."""
    return {name: shown(datetime.fromisoformat(instant) + timedelta(minutes=minutes)) for name, instant in slot.items()}


@check("CON-01", "CON-12")
def one_of_two_gets_the_practitioner(world: World) -> None:
    """Of overlapping appointments with one practitioner at once, one is made."""
    _slots_race(world, "practitioner_id", 4)


@check("CON-01", "CON-12")
def one_of_two_gets_the_room(world: World) -> None:
    """Of overlapping appointments in one room at once, one is made."""
    _slots_race(world, "room_id", 4)


@check("CON-02", "CON-12")
def neighbours_at_once_are_all_made(world: World) -> None:
    """Appointments at once that only touch each other are all made, with the same practitioner and room."""
    place = world.ward()
    for number, size in enumerate([2, 2, 2, _BURST]):
        start = 300 * number
        bodies = [
            {**place, "starts_at": world.at(start + 15 * at), "ends_at": world.at(start + 15 * at + 15)}
            for at in range(size)
        ]
        ids = [one.expect(201)["id"] for one in world.together(*_posts(world, "/appointments", *bodies))]
        window = {"from_": world.at(start), "to": world.at(start + 15 * size)}
        listed = world.staff.get("/appointments", practitioner_id=place["practitioner_id"], **window).expect(200)
        world.equal([one["id"] for one in listed["items"]], ids, "ids of the neighbours")


@check("CON-03", "CON-12")
def one_of_two_patients_gets_the_email(world: World) -> None:
    """Of patients at once with one email, in whatever case, one is made."""
    for size in [2] * 4 + [_BURST]:
        email = f"{world.word('e')}@mail.test"
        bodies = [world.patient_body(email=email.upper() if at % 2 else email) for at in range(size)]
        _one_wins(world, _posts(world, "/patients", *bodies), 201, 409, "email_taken")
    world.staff.get("/patients", search=email).expect(200).has(total=1)


@check("CON-03", "CON-12")
def one_of_two_users_gets_the_email(world: World) -> None:
    """Of users at once with one email, in whatever case, one is registered and can log in."""
    for _ in range(8):  # only pairs: passwords are hashed two at a time, and the first that is through decides
        email = f"{world.word('e')}@mail.test"
        bodies = [world.user_body(email=email), world.user_body(email=email.upper())]
        calls = [partial(world.api.post, "/users", body) for body in bodies]
        winner = _one_wins(world, calls, 201, 409, "email_taken")
    world.api.bearing(world.token(email)).get("/users/me").expect(200).has(id=winner["id"])


@check("CON-04", "CON-12")
def one_of_two_status_changes_happens(world: World) -> None:
    """Of changes at once of which one rules out the other, one happens and is what is read afterwards."""
    for races in (
        (("confirmed", "confirmed"), ("completed", "no_show")),
        (("confirmed", "confirmed"), ("cancelled", "completed")),
        (("confirmed", "confirmed"), ("no_show", "cancelled")),
        (("confirmed",), ("completed", "completed")),
        (("cancelled", "cancelled"),),
    ):
        path = f"/appointments/{world.appointment()['id']}"
        for rivals in races:
            calls = _posts(world, f"{path}/status", *({"status": status} for status in rivals))
            winner = _one_wins(world, calls, 200, 409, "illegal_transition")
        world.staff.get(path).expect(200).has(status=winner["status"])


@check("CON-04", "AUD-01", "GEN-41")
def a_status_changes_once_in_a_burst(world: World) -> None:
    """Of eight equal changes at once one happens, and the audit trail has one row of it."""
    one = world.confirmed()
    calls = _posts(world, f"/appointments/{one['id']}/status", *[{"status": "completed"}] * _BURST)
    _one_wins(world, calls, 200, 409, "illegal_transition")
    changes = [row["changes"]["status"]["new"] for row in world.audit("appointment", one["id"])]
    world.equal(changes, ["confirmed", "completed"], "changes in the audit trail")


def _billables(world: World, count: int) -> list[int]:
    """Ids of completed appointments with one treatment each over 10.00."""
    service = world.shared("ten", lambda: world.service(price_cents=1000, tax_bp=0))
    ids = [world.completed()["id"] for _ in range(count)]
    for id_ in ids:
        world.treatment(id_, service_id=service)
    return ids


@check("CON-05", "CON-12")
def one_of_two_invoices_is_issued(world: World) -> None:
    """Of invoices of one appointment at once, one is issued, and is what the appointment shows."""
    for id_, size in zip(_billables(world, 6), [2] * 5 + [_BURST], strict=True):
        calls = _posts(world, f"/appointments/{id_}/invoice", *[{}] * size)
        winner = _one_wins(world, calls, 201, 409, "already_invoiced")
    world.staff.get(f"/appointments/{id_}").expect(200).has(invoice_id=winner["id"])


def _invoice(world: World, cents: int) -> str:
    """Path of an invoice over so much."""
    return f"/invoices/{world.invoice(world.billable(cents)['id'])['id']}"


def _paid(world: World, path: str) -> Reply:
    """The invoice, after asserting that what it says was paid is the sum of its payments."""
    bill = world.staff.get(path).expect(200)
    world.equal(bill["paid_cents"], sum(one["amount_cents"] for one in bill["payments"]), "paid_cents")
    return bill


@check("CON-06", "CON-12")
def two_payments_do_not_overdraw(world: World) -> None:
    """Of payments at once of which any two exceed the balance, one is made; the next ones race for what is left."""
    path = _invoice(world, 1000000)
    balance = 1000000
    for number, size in enumerate([2] * 5 + [_BURST]):
        amount = balance // 2 + 1
        balance -= amount
        body = {"amount_cents": amount, "method": "card"}
        keys = [{"Idempotency-Key": world.word("k") if number % 2 else None} for _ in range(size)]
        calls = [partial(world.staff.post, f"{path}/payments", body, key) for key in keys]
        _one_wins(world, calls, 201, 409, "exceeds_balance").has(balance_cents=balance)
    _paid(world, path).has(balance_cents=balance)


@check("CON-07", "CON-12")
def payments_at_once_all_count(world: World) -> None:
    """Payments at once that the balance covers are all made, and each answers the balance right after it."""
    path = _invoice(world, 10000)
    balance = 10000
    body = {"amount_cents": 300, "method": "cash"}
    for size in [2] * 4 + [_BURST]:
        replies = world.together(*_posts(world, f"{path}/payments", *[body] * size))
        balances = sorted(reply.expect(201)["balance_cents"] for reply in replies)
        left = balance - 300 * size
        world.equal(balances, list(range(left, balance, 300)), f"balances after {size} at once")
        balance = left
    _paid(world, path).has(balance_cents=balance)


@check("CON-08", "CON-12")
def one_key_at_once_is_one_payment(world: World) -> None:
    """The same payment at once with one new key is answered alike each time and made once."""
    path = _invoice(world, 10000)
    body = {"amount_cents": 300, "method": "cash"}
    for size in [2] * 4 + [_BURST] * 2:
        post = partial(world.staff.post, f"{path}/payments", body, {"Idempotency-Key": world.word("k")})
        first, *others = world.together(*[post] * size)
        first.expect(201)
        for other in others:
            world.equal(other.expect(201).body, first.body, "the other answer")
    _paid(world, path).has(paid_cents=1800)


@check("CON-08", "PAY-05")
def one_key_at_once_may_pay_everything(world: World) -> None:
    """The same payment of the whole balance at once with one key is never refused for the balance."""
    path = _invoice(world, 1000)
    body = {"amount_cents": 1000, "method": "cash"}
    post = partial(world.staff.post, f"{path}/payments", body, {"Idempotency-Key": world.word("k")})
    first, *others = world.together(*[post] * _BURST)
    first.expect(201)
    for other in others:
        world.equal(other.expect(201).body, first.body, "the other answer")
    _paid(world, path).has(status="paid", paid_cents=1000)


@check("CON-09", "CON-12")
def a_treatment_is_on_the_invoice_or_refused(world: World) -> None:
    """A treatment and the invoice at once end with the treatment on both or on neither."""
    service = world.service(price_cents=5, tax_bp=1000)["id"]
    body = {"service_id": service, "quantity": 1}
    for number, id_ in enumerate(_billables(world, 5)):
        path, rivals = f"/appointments/{id_}", _BURST - 1 if number == 4 else 1
        calls = _posts(world, f"{path}/treatments", *[body] * rivals)
        calls.insert(number % 2, partial(world.staff.post, f"{path}/invoice", {}))
        treatments = world.together(*calls)
        bill = treatments.pop(number % 2).expect(201)
        for treatment in treatments:
            if treatment.expect(201, 409).status == 409:
                world.refused(treatment, 409, "already_invoiced")
        made = sum(treatment.status == 201 for treatment in treatments)
        shown = world.staff.get(path).expect(200)["treatments"]
        world.equal(len(shown), 1 + made, "number of treatments of the appointment")
        read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
        read.has(lines=shown, net_cents=1000 + 5 * made, tax_cents=made)


@check("CON-10", "CON-12")
def changes_of_different_fields_all_take_effect(world: World) -> None:
    """PATCHes at once of different fields of one patient all take effect."""
    path = f"/patients/{world.patient()['id']}"
    for number in range(4):
        fields: dict[str, Json] = {
            "name": f"Renamed {world.word()}",
            "note": f"Note {number}",
            "tags": [f"tag-{number}"],
            "birth_date": f"199{number}-01-01",
            "email": f"{world.word('e')}@mail.test",
        }
        names = (("name", "note"), ("tags", "birth_date"), ("email", "tags"), tuple(fields))[number]
        calls = [partial(world.staff.patch, path, {name: fields[name]}) for name in names]
        for name, reply in zip(names, world.together(*calls), strict=True):
            reply.expect(200).has({name: fields[name]})
        world.staff.get(path).expect(200).has({name: fields[name] for name in names})


@check("CON-11", "CON-12", "AUD-01")
def one_of_two_deletions_deletes(world: World) -> None:
    """Of deletions of one patient at once, one is answered 204 and the others 404."""
    for size in [2] * 4 + [_BURST]:
        patient = world.patient()["id"]
        replies = world.together(*[partial(world.staff.delete, f"/patients/{patient}")] * size)
        deleted = sum(reply.expect(204, 404).status == 204 for reply in replies)
        world.equal(deleted, 1, "number of deletions that were answered 204")
        for reply in replies:
            if reply.status == 404:
                world.refused(reply, 404, "not_found")
    actions = [row["action"] for row in world.audit("patient", patient)]
    world.equal(actions, ["patient.created", "patient.deleted"], "actions on the last patient")


@check("CON-12", "APT-03", "APT-04")
def crossing_appointments_end_well(world: World) -> None:
    """Of overlapping appointments at once that share practitioners and rooms crosswise, none that are made collide."""
    one, other = world.crowd(2)
    for _ in range(2):
        span = world.slot()
        crossed = [
            {**span, "patient_id": one["patient_id"], "practitioner_id": first["practitioner_id"], "room_id": room}
            for first in (one, other)
            for room in (one["room_id"], other["room_id"])
        ]
        replies = world.together(*_posts(world, "/appointments", *crossed, *reversed(crossed)))
        made = [reply for reply in replies if reply.expect(201, 409).status == 201]
        for reply in replies:
            if reply.status == 409:
                world.refused(reply, 409, "slot_taken")
        for shared in ("practitioner", "room"):
            world.equal(len({reply[f"{shared}.id"] for reply in made}), len(made), f"number of {shared}s in use")
        world.that(len(made) > 0, "one of them is made")


@check("CON-12")
def reading_and_writing_at_once_goes_well(world: World) -> None:
    """Reads and writes of all kinds at once, none in the way of another, all succeed."""
    place, service = world.ward(), world.priced(10000, 1900)
    treated, bill = world.shared("confirmed", world.confirmed), world.shared("invoice", world.invoice)
    for _ in range(2):
        moved = world.appointment()["id"]
        slot, patient = world.slot(), f"/patients/{world.shared('changed patient', world.patient)}"
        day = slot["starts_at"][:10]
        replies = world.together(
            partial(world.staff.post, "/patients", world.patient_body()),
            partial(world.staff.patch, patient, {"note": "At once"}),
            partial(world.staff.post, "/appointments", {**place, **slot}),
            partial(world.staff.post, f"/appointments/{moved}/status", {"status": "confirmed"}),
            partial(world.staff.post, f"/appointments/{treated}/treatments", {"service_id": service, "quantity": 1}),
            partial(world.staff.post, f"/invoices/{bill}/payments", {"amount_cents": 1, "method": "cash"}),
            partial(world.staff.get, "/appointments", practitioner_id=place["practitioner_id"]),
            partial(world.manager.get, "/reports/revenue", from_=day, to=day),
        )
        for reply, status in zip(replies, (201, 200, 201, 200, 201, 201, 200, 200), strict=True):
            reply.expect(status)
