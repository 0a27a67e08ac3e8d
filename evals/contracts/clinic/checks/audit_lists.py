"""The list of the audit trail: what stays out of it, its order, its filters."""

from __future__ import annotations

import time
from typing import Any

from evals.behaviour.asking import Client, Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.audit import someone
from evals.contracts.clinic.checks.making import World
from evals.contracts.clinic.checks.patients import MOST_TRIES


def of_user(world: World, user: int, limit: int = 100) -> list[Json]:
    """All rows that a user left, by pages of this size."""
    return world.pages(world.manager, "/audit", limit, user_id=user)


def busy(world: World, client: Client) -> dict[str, int]:
    """A patient made and changed, an appointment confirmed and completed; ids by entity."""
    patient = client.post("/patients", world.patient_body()).needed(201)["id"]
    one = world.appointment(patient_id=patient)["id"]
    client.post(f"/appointments/{one}/status", {"status": "confirmed"}).needed(200)
    client.patch(f"/patients/{patient}", {"name": "Changed"}).needed(200)
    client.post(f"/appointments/{one}/status", {"status": "completed"}).needed(200)
    return {"patient": patient, "appointment": one}


@check("GEN-41", "AUD-01", "PAT-02")
def refused_changes_of_patients_leave_no_row(world: World) -> None:
    """Neither 409 nor 404 nor 422 of a POST, PATCH or DELETE is recorded."""
    client, user = someone(world)
    taken, gone, here = world.patient()["email"], world.patient()["id"], world.veteran()
    world.staff.delete(f"/patients/{gone}").needed(204)
    world.refused(client.post("/patients", world.patient_body(email=taken)), 409, "email_taken")
    world.invalid(client.post("/patients", world.patient_body(tags="a")), "tags")
    world.refused(client.patch(f"/patients/{here}", {"name": "New", "email": taken.upper()}), 409, "email_taken")
    world.invalid(client.patch(f"/patients/{here}", {"name": "New", "note": 5}), "note")
    world.refused(client.patch(f"/patients/{gone}", {"name": "New"}), 404, "not_found")
    world.refused(client.delete(f"/patients/{gone}"), 404, "not_found")
    world.finds(world.manager.get("/audit", user_id=user))


@check("GEN-41", "AUD-01")
def refused_changes_of_the_rest_leave_no_row(world: World) -> None:
    """Status, invoice, payment and price list: what was refused is not recorded."""
    client, user = someone(world)
    scheduled, service = world.shared("scheduled", world.appointment), world.service()["id"]
    invoice = world.shared("invoice", world.invoice)
    billed = world.staff.get(f"/invoices/{invoice}").needed(200)["appointment_id"]
    world.refused(client.post(f"/appointments/{scheduled}/status", {"status": "no_show"}), 409, "illegal_transition")
    world.invalid(client.post(f"/appointments/{scheduled}/status", {"status": "done"}), "status")
    world.refused(client.post(f"/appointments/{scheduled}/invoice", {}), 409, "not_completed")
    world.refused(client.post(f"/appointments/{billed}/invoice", {}), 409, "already_invoiced")
    pay = {"amount_cents": 10001, "method": "cash"}
    world.refused(client.post(f"/invoices/{invoice}/payments", pay), 409, "exceeds_balance")
    world.invalid(client.post(f"/invoices/{invoice}/payments", {**pay, "amount_cents": 0}), "amount_cents")
    world.refused(client.patch(f"/services/{service}", {"price_cents": 1}), 403, "forbidden")
    world.finds(world.manager.get("/audit", user_id=user))
    actions = [row["action"] for row in world.audit("service", service)]
    world.equal(actions, ["service.created"], "the actions on the service")


@check("AUD-06")
def the_trail_is_in_the_order_of_what_happened(world: World) -> None:
    """Rows about different things ascend by `at` and `id`, also where a page ends within a second."""
    client, user = someone(world)
    ids = [busy(world, client) for _ in "ab"]
    actions = ["patient.created", "appointment.status_changed", "patient.updated", "appointment.status_changed"]
    numbers = [one[entity] for one in ids for entity in ("patient", "appointment") * 2]
    for limit in (100, 3):
        rows = of_user(world, user, limit)
        world.equal([row["action"] for row in rows], actions * 2, f"the actions in pages of {limit}")
        world.equal([row["entity_id"] for row in rows], numbers, f"the entities in pages of {limit}")
        keys = [(row["at"], row["id"]) for row in rows]
        world.that(keys == sorted(keys), "`at` and `id` ascend")
        world.that(len(set(keys)) == len(rows), "every `id` is another")


@check("AUD-06", "GEN-23")
def later_rows_of_the_trail_come_after_earlier_ones(world: World) -> None:
    """`at` ascends through the list, also where a page ends between two seconds."""
    veteran = world.veteran()
    notes: list[str] = []
    rows = world.audit("patient", veteran)
    while not notes or (rows[0]["at"] == rows[-1]["at"] and len(notes) < MOST_TRIES):
        time.sleep(0.1 if notes else 0)
        notes.append(world.word())
        world.staff.patch(f"/patients/{veteran}", {"note": notes[-1]}).needed(200)
        rows = world.audit("patient", veteran)
    about: dict[str, Json] = {"entity": "patient", "entity_id": veteran}
    world.equal(world.pages(world.manager, "/audit", 1, **about), rows, "the rows in pages of 1")
    world.equal([row["changes"]["note"]["new"] for row in rows[-len(notes) :]], notes, "the last notes")
    instants = [row["at"] for row in rows]
    world.that(instants == sorted(instants), "`at` ascends")
    world.that(instants[0] < instants[-1], "`at` follows the time")


@check("AUD-06", "GEN-32", "GEN-34")
def pages_of_the_trail_hold_while_rows_come(world: World) -> None:
    """Each row is listed once; those that come between two pages are at the end, and count."""
    client, user = someone(world)
    patient = client.post("/patients", world.patient_body()).needed(201)["id"]
    for name in ("One", "Two"):
        client.patch(f"/patients/{patient}", {"name": name}).needed(200)
    first = world.manager.get("/audit", user_id=user, limit=2).expect(200).has(total=3)
    client.patch(f"/patients/{patient}", {"name": "Three"}).needed(200)
    world.staff.patch(f"/patients/{patient}", {"name": "Four"}).needed(200)
    client.delete(f"/patients/{patient}").needed(204)
    cursor = first["next_cursor"]
    last = world.manager.get("/audit", user_id=user, limit=3, cursor=cursor).expect(200).has(total=5, next_cursor=None)
    names = [row["changes"].get("name", {}).get("new") for row in (*first["items"], *last["items"])]
    world.equal(names[1:], ["One", "Two", "Three", None], "the names in the order of the rows")


@check("AUD-07", "GEN-29")
def filters_of_the_trail_find_their_rows(world: World) -> None:
    """`user_id` with `entity`, with `entity_id` and with both finds the rows for which all hold."""
    client, user = someone(world)
    ids = busy(world, client)
    rows = of_user(world, user)
    world.equal(len(rows), 4, "the number of rows of the user")

    def wanted(**values: Json) -> list[Any]:
        return [row["id"] for row in rows if all(row[field] == value for field, value in values.items())]

    for entity, number in ids.items():
        world.finds(world.manager.get("/audit", user_id=user, entity=entity), *wanted(entity=entity))
        world.finds(world.manager.get("/audit", user_id=user, entity_id=number), *wanted(entity_id=number))
        both = world.manager.get("/audit", user_id=user, entity=entity, entity_id=number)
        world.finds(both, *wanted(entity=entity, entity_id=number))
        world.equal([row["id"] for row in world.audit(entity, number)], wanted(entity=entity), "the rows without user")
    world.finds(world.manager.get("/audit", user_id=user, entity="payment"))
    world.finds(world.manager.get("/audit", user_id=user, entity="invoice", entity_id=ids["patient"]))


@check("AUD-07")
def the_user_of_a_row_is_who_made_the_change(world: World) -> None:
    """`user_id` finds the rows of a user about things of others, and not those of others about its own."""
    one, first = world.staff, world.session.staff["id"]
    two, second = world.manager, world.session.manager["id"]
    patient = one.post("/patients", world.patient_body()).needed(201)["id"]
    two.patch(f"/patients/{patient}", {"note": "two"}).needed(200)
    one.delete(f"/patients/{patient}").needed(204)
    rows = world.audit("patient", patient)
    world.equal([row["user_id"] for row in rows], [first, second, first], "the users")
    about: dict[str, Json] = {"entity": "patient", "entity_id": patient}
    world.finds(world.manager.get("/audit", user_id=first, **about), rows[0]["id"], rows[2]["id"])
    world.finds(world.manager.get("/audit", user_id=second, **about), rows[1]["id"])


@check("AUD-07")
def each_filter_of_the_trail_works_alone(world: World) -> None:
    """`entity` finds rows of this kind only, `entity_id` those of this id, whatever the kind."""
    one = world.confirmed()["id"]
    world.moved(one, "no_show")
    mine = [row["id"] for row in world.audit("appointment", one)]
    world.equal(len(mine), 2, "the number of rows on the appointment")
    for field, value in {"entity": "appointment", "entity_id": one}.items():
        rows = world.pages(world.manager, "/audit", 100, **{field: value})
        world.that(all(row[field] == value for row in rows), f"each row found by `{field}` has it")
        world.equal([row["id"] for row in rows if row["id"] in mine], mine, f"my rows found by `{field}`")


@check("AUD-07", "GEN-08", "GEN-30")
def filters_of_the_trail_without_rows(world: World) -> None:
    """An id of nothing finds nothing; what is no entity of the trail, or no id, is refused."""
    world.finds(world.manager.get("/audit", entity="service", entity_id=2147483647))
    wrong: dict[str, Json] = {"entity": "patients", "entity_id": 0, "user_id": "me"}
    world.invalid(world.manager.get("/audit", **wrong), "entity", "entity_id", "user_id")
