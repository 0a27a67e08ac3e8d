"""What survives a stop, and a kill right after an answer."""

from __future__ import annotations

from collections.abc import Callable

from evals.behaviour.asking import Client, Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import PASSWORD, World

Question = tuple[str, dict[str, Json]]
"""Path and query of a GET."""


def _questions(world: World) -> list[Question]:
    """GETs of every kind, about a patient with a long history, one that is deleted, and what they share."""
    tag = world.word()
    patient, gone = world.patient(tags=[tag, "b"], note="N", birth_date="1984-02-29"), world.patient()
    for client, number in ((world.manager, patient["id"]), (world.staff, gone["id"])):
        client.patch(f"/patients/{number}", {"note": "\u00e4 M"}).needed(200)
    one = world.billable(333, 100, tax_bp=1900, patient_id=patient["id"], practitioner_id=_specialist(world, tag))
    world.appointment("cancelled", patient_id=gone["id"])
    past = {"starts_at": "2003-02-01T09:00:00Z", "ends_at": "2003-02-01T09:30:00Z"}
    world.appointment(**{**world.ward(), **past, "patient_id": patient["id"]})
    invoice = world.invoice(one["id"], issued_at="2031-03-01T09:30:00Z")
    world.payment(invoice["id"], amount_cents=100, key="k")
    world.staff.delete(f"/patients/{gone['id']}").needed(204)
    days: dict[str, Json] = {"from": "2031-03-01", "to": "2031-03-31", "practitioner_id": one["practitioner.id"]}
    span: dict[str, Json] = {"from": one["starts_at"], "to": one["ends_at"]}
    shared: list[Question] = [(path, {"limit": 3}) for path in ("/patients", "/practitioners", "/rooms", "/services")]
    return [
        *shared,
        *((path, {"limit": 3, "cursor": _next(world.manager, path)}) for path in ("/patients", "/services")),
        ("/users/me", {}),
        ("/patients", {"tag": tag}),
        (f"/patients/{patient['id']}", {}),
        (f"/patients/{gone['id']}", {}),
        ("/practitioners", {"specialty": tag}),
        (f"/appointments/{one['id']}", {}),
        ("/appointments", {"patient_id": patient["id"]}),
        ("/appointments", {"patient_id": gone["id"]}),
        (f"/invoices/{invoice['id']}", {}),
        ("/reports/revenue", {**days, "group_by": "practitioner"}),
        ("/reports/utilisation", span),
        ("/audit", {"limit": 50}),
    ]


def _specialist(world: World, specialty: str) -> int:
    number: int = world.practitioner(specialties=[specialty, "a"])["id"]
    return number


def _next(client: Client, path: str) -> str | None:
    """The cursor behind the first rows; None where there are no more."""
    cursor: str | None = client.get(path, limit=3).needed(200)["next_cursor"]
    return cursor


def _answers(world: World, questions: list[Question]) -> list[Json]:
    replies = [world.manager.send("GET", path, query=query) for path, query in questions]
    return [{"status": reply.status, "body": reply.body} for reply in replies]


@check("DUR-01", "USR-06", restart=True)
def everything_is_there_after_a_stop_and_a_start(world: World) -> None:
    """Every GET answers as before, with a token and a cursor from before; users log in, new ones are staff."""
    user, questions = world.user(), _questions(world)
    before = _answers(world, questions)
    world.restart()
    for (path, query), was, now in zip(questions, before, _answers(world, questions), strict=True):
        world.equal(now, was, f"the answer to GET {path} {query} after the restart")
    world.staff.get("/users/me").expect(200)
    world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    world.api.post("/users", world.user_body()).expect(201).has(role="staff")


@check("DUR-02", restart=True)
def what_was_answered_survives_a_kill(world: World) -> None:
    """Changes of every kind are there when the process is killed right after the answers."""
    patient, gone, service = world.patient()["id"], world.patient()["id"], world.service()["id"]
    moved, treated = (world.appointment(*to)["id"] for to in ((), ("confirmed",)))
    billed, paid, slot = world.billable()["id"], world.invoice()["id"], {**world.ward(), **world.slot()}
    user, made, tag = world.user_body(), world.patient_body(), world.word()
    treatment = {"service_id": service, "quantity": 1}
    changes: list[Callable[[], Reply]] = [
        lambda: world.api.post("/users", user),
        lambda: world.staff.post("/patients", made),
        lambda: world.staff.patch(f"/patients/{patient}", {"note": "new", "tags": ["new"]}),
        lambda: world.staff.delete(f"/patients/{gone}"),
        lambda: world.manager.post("/practitioners", world.practitioner_body(specialties=[tag])),
        lambda: world.manager.patch(f"/services/{service}", {"price_cents": 1}),
        lambda: world.staff.post("/appointments", slot),
        lambda: world.staff.post(f"/appointments/{moved}/status", {"status": "cancelled"}),
        lambda: world.staff.post(f"/appointments/{treated}/treatments", treatment),
        lambda: world.staff.post(f"/appointments/{billed}/invoice", {}),
        lambda: world.staff.post(f"/invoices/{paid}/payments", {"amount_cents": 1, "method": "cash"}),
    ]
    replies = world.together(*changes)
    world.restart(kill=True)
    for reply in replies:
        reply.expect(200, 201, 204)
    world.api.post("/sessions", {"email": user["email"], "password": user["password"]}).expect(201)
    world.equal(world.staff.get(f"/patients/{replies[1]['id']}").expect(200).body, replies[1].body, "the new patient")
    world.equal(world.staff.get(f"/patients/{patient}").expect(200).body, replies[2].body, "the changed patient")
    world.refused(world.staff.get(f"/patients/{gone}"), 404, "not_found")
    world.finds(world.staff.get("/practitioners", specialty=tag), replies[4]["id"])
    world.equal(len(world.audit("service", service)), 2, "the number of rows about the service")
    world.equal(world.staff.get(f"/appointments/{replies[6]['id']}").expect(200).body, replies[6].body, "the new one")
    world.staff.get(f"/appointments/{moved}").expect(200).has(status="cancelled")
    world.staff.get(f"/appointments/{treated}").expect(200).has(treatments=[replies[8].body])
    world.equal(world.staff.get(f"/invoices/{replies[9]['id']}").expect(200).body, replies[9].body, "the invoice")
    world.staff.get(f"/invoices/{paid}").expect(200).has(payments=[replies[10].body])


@check("DUR-03", "DUR-02", restart=True)
def a_payment_and_its_key_survive_a_kill(world: World) -> None:
    """The last payment before the kill is there and its key taken: the same again is answered so, another refused."""
    path = f"/invoices/{world.invoice()['id']}"
    body = {"amount_cents": 1000, "method": "cash"}
    key, refused = {"Idempotency-Key": "taken"}, {"Idempotency-Key": "free"}
    world.staff.post(f"{path}/payments", {**body, "amount_cents": 99999}, refused).needed(409)
    first = world.staff.post(f"{path}/payments", body, key)
    world.restart(kill=True)
    first.expect(201)
    again = world.staff.post(f"{path}/payments", body, key).expect(201)
    world.equal(again.body, first.body, "the answer after the restart")
    conflict = world.staff.post(f"{path}/payments", {**body, "amount_cents": 2}, key)
    world.refused(conflict, 409, "idempotency_conflict")
    world.staff.get(path).expect(200).has(payments=[first.body], paid_cents=1000)
    world.equal(len(world.audit("payment", first["id"])), 1, "the number of rows about the payment")
    world.staff.post(f"{path}/payments", body, refused).expect(201).has(balance_cents=8000)
