"""The audit trail: a row for each change, of exactly what changed."""

from __future__ import annotations

from typing import Any

from evals.behaviour.asking import Client, Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

MOST_PRICE = 100000000


def new(**values: Json) -> dict[str, Json]:
    """The changes of a thing that was made with these values."""
    return {field: {"old": None, "new": value} for field, value in values.items()}


def change(old: Json, value: Json) -> dict[str, Json]:
    """One of the changes of a row."""
    return {"old": old, "new": value}


def trail(world: World, entity: str, entity_id: int, *rows: tuple[str, dict[str, Json]]) -> list[Any]:
    """Assert that there are exactly these rows, of action and changes, about a thing; they are returned."""
    found = world.audit(entity, entity_id)
    world.equal([row["action"] for row in found], [action for action, _ in rows], f"the actions on the {entity}")
    for row, (action, changes) in zip(found, rows, strict=True):
        world.equal(row["changes"], changes, f"`changes` of {action}")
    return found


def last(world: World, entity: str, entity_id: int, rows: int) -> Any:
    """``changes`` of the last row about a thing, which must have so many."""
    found = world.audit(entity, entity_id)
    world.equal(len(found), rows, f"the number of rows on the {entity}")
    return found[-1]["changes"]


def someone(world: World) -> tuple[Client, int]:
    """A user who has left no row so far, as client and id."""
    user = world.user()
    return world.api.bearing(world.token(user["email"])), user["id"]


# Patients.


@check("AUD-01", "GEN-01")
def a_row_tells_who_did_what_to_which_thing(world: World) -> None:
    """A row has its action, entity, id of the entity and user, an id and an instant, and nothing else."""
    patient = world.staff.post("/patients", world.patient_body()).needed(201)["id"]
    reply = world.manager.get("/audit", entity="patient", entity_id=patient).expect(200).has(total=1, next_cursor=None)
    row = {"action": "patient.created", "entity": "patient", "entity_id": patient}
    reply.has({f"items.0.{field}": value for field, value in row.items()})
    reply.has({"items.0.user_id": world.session.staff["id"]})
    members = ["action", "at", "changes", "entity", "entity_id", "id", "user_id"]
    world.equal(sorted(reply["items.0"]), members, "the members of the row")


@check("AUD-01")
def a_row_names_the_user_who_made_the_change(world: World) -> None:
    """Not the one who made the thing, nor the one who changed it last."""
    path = f"/patients/{(patient := world.patient()['id'])}"
    world.manager.patch(path, {"name": "By the manager"}).needed(200)
    world.staff.patch(path, {"name": "By staff"}).needed(200)
    world.manager.delete(path).needed(204)
    manager, staff = world.session.manager["id"], world.session.staff["id"]
    users = [row["user_id"] for row in world.audit("patient", patient)]
    world.equal(users, [staff, manager, staff, manager], "the users")


@check("AUD-03")
def the_row_of_a_new_patient_has_all_that_it_has(world: World) -> None:
    """Each field that was sent is there, from null to what the response shows."""
    body = world.patient_body(
        name="Ärztin \U0001f600 'x'", birth_date="1984-02-29", note="line\nline", tags=["b", "a", "b"]
    )
    patient = world.staff.post("/patients", body).needed(201)["id"]
    trail(world, "patient", patient, ("patient.created", new(**{**body, "tags": ["a", "b"]})))


@check("AUD-03")
def the_row_of_a_new_patient_has_its_tags_but_no_nulls(world: World) -> None:
    """Of a patient of a name alone: `name` and the empty `tags`; what is null is not there, sent or not."""
    nulls: dict[str, Json] = {"email": None, "birth_date": None, "note": None, "tags": []}
    for body in ({"name": "Ann"}, {"name": "Ann", **nulls}):
        patient = world.staff.post("/patients", body).needed(201)["id"]
        trail(world, "patient", patient, ("patient.created", new(name="Ann", tags=[])))


@check("AUD-03", "PAT-04")
def an_empty_note_of_a_new_patient_is_in_its_row(world: World) -> None:
    """Empty text is no null."""
    patient = world.staff.post("/patients", {"name": "Ann", "note": ""}).needed(201)["id"]
    trail(world, "patient", patient, ("patient.created", new(name="Ann", note="", tags=[])))


@check("AUD-02")
def a_row_has_the_fields_that_changed_and_no_others(world: World) -> None:
    """Fields sent with the value they had are left out, those that differ have old and new value."""
    body = world.patient_body(birth_date="1984-02-29", note="old", tags=["a"])
    patient = world.patient(**body)["id"]
    sent = {**body, "name": "New", "note": "new"}
    world.staff.patch(f"/patients/{patient}", sent).needed(200)
    changes = {"name": change(body["name"], "New"), "note": change("old", "new")}
    world.equal(last(world, "patient", patient, 2), changes, "`changes`")


@check("AUD-01", "AUD-02")
def each_patch_leaves_a_row_of_its_own(world: World) -> None:
    """One after another, each begins with what the one before left; the action is patient.updated."""
    body = world.patient_body(name="First", note=None)
    path = f"/patients/{(patient := world.patient(**body)['id'])}"
    email = f"{world.word('w')}@mail.test"
    for patch in ({"name": "Second"}, {"name": "Third", "email": email}, {"name": "First"}):
        world.staff.patch(path, patch).needed(200)
    trail(
        world, "patient", patient,
        ("patient.created", new(name="First", email=body["email"], tags=[])),
        ("patient.updated", {"name": change("First", "Second")}),
        ("patient.updated", {"name": change("Second", "Third"), "email": change(body["email"], email)}),
        ("patient.updated", {"name": change("Third", "First")}),
    )  # fmt: skip


@check("AUD-02", "GEN-07")
def a_row_shows_a_field_become_null_and_come_back(world: World) -> None:
    """Null is a value before or after: each nullable field, there and back."""
    values = {"email": f"{world.word('w')}@mail.test", "birth_date": "2001-12-31", "note": "N"}
    path = f"/patients/{(patient := world.patient(**values)['id'])}"
    world.staff.patch(path, dict.fromkeys(values)).needed(200)
    gone = {field: change(value, None) for field, value in values.items()}
    world.equal(last(world, "patient", patient, 2), gone, "`changes` to null")
    world.staff.patch(path, values).needed(200)
    world.equal(last(world, "patient", patient, 3), new(**values), "`changes` from null")


@check("AUD-02", "PAT-04")
def a_note_from_null_to_empty_is_a_change(world: World) -> None:
    """And so is the way back."""
    path = f"/patients/{(patient := world.patient()['id'])}"
    for rows, (old, value) in enumerate(((None, ""), ("", None)), 2):
        world.staff.patch(path, {"note": value}).needed(200)
        world.equal(last(world, "patient", patient, rows), {"note": change(old, value)}, "`changes`")


@check("AUD-02", "PAT-10")
def an_email_in_another_case_is_a_change(world: World) -> None:
    """Its old and new value are as they were sent."""
    one = world.patient()
    email = one["email"].title()
    world.staff.patch(f"/patients/{one['id']}", {"email": email}).needed(200)
    world.equal(last(world, "patient", one["id"], 2), {"email": change(one["email"], email)}, "`changes`")


@check("AUD-02", "TAG-01", "TAG-04")
def tags_in_a_row_are_whole_sets_in_their_order(world: World) -> None:
    """Old and new are all tags, each once, in the order of the codes."""
    path = f"/patients/{(patient := world.patient(tags=['z', 'a-b', 'ab'])['id'])}"
    world.staff.patch(path, {"tags": ["ab", "a1", "-", "ab", "a-b"]}).needed(200)
    changed = {"tags": change(["a-b", "ab", "z"], ["-", "a-b", "a1", "ab"])}
    world.equal(last(world, "patient", patient, 2), changed, "`changes`")
    world.staff.patch(path, {"tags": [], "name": "New"}).needed(200)
    tags = last(world, "patient", patient, 3)["tags"]
    world.equal(tags, change(["-", "a-b", "a1", "ab"], []), "`changes` of the tags taken away")


@check("AUD-04")
def a_patch_of_a_patient_that_changes_nothing_leaves_no_row(world: World) -> None:
    """Nothing sent, the same values sent, tags in another order and repeated."""
    body = world.patient_body(birth_date="1984-02-29", note="", tags=["b", "a"])
    path = f"/patients/{(patient := world.patient(**body)['id'])}"
    for patch in ({}, body, {"tags": ["a", "b", "a"]}):
        world.staff.patch(path, patch).expect(200)
    bare = world.staff.post("/patients", {"name": "Ann"}).needed(201)["id"]
    world.staff.patch(f"/patients/{bare}", {"email": None, "birth_date": None, "note": None, "tags": []}).expect(200)
    for one in (patient, bare):
        actions = [row["action"] for row in world.audit("patient", one)]
        world.equal(actions, ["patient.created"], "the actions on the patient")


@check("AUD-01", "AUD-02", "PAT-12")
def a_deletion_leaves_one_row(world: World) -> None:
    """`deleted` goes from false to true, once; the rows of before stay."""
    one = world.patient(name="Ann", tags=["a"])
    path = f"/patients/{one['id']}"
    world.staff.delete(path).needed(204)
    world.refused(world.staff.delete(path), 404, "not_found")
    world.refused(world.staff.patch(path, {"name": "Bea"}), 404, "not_found")
    created = ("patient.created", new(name="Ann", email=one["email"], tags=["a"]))
    trail(world, "patient", one["id"], created, ("patient.deleted", {"deleted": change(False, True)}))


# Services.


@check("AUD-01", "AUD-02", "AUD-03")
def services_leave_rows(world: World) -> None:
    """One when made and one for each change, with what changed; a price of 0 is a value."""
    body = world.service_body(price_cents=0, tax_bp=0)
    path = f"/services/{(service := world.service(**body)['id'])}"
    world.manager.patch(path, {"price_cents": 250}).needed(200)
    world.manager.patch(path, {"name": "New", "price_cents": 0, "tax_bp": 0}).needed(200)
    rows = trail(
        world, "service", service,
        ("service.created", new(**body)),
        ("service.updated", {"price_cents": change(0, 250)}),
        ("service.updated", {"name": change(body["name"], "New"), "price_cents": change(250, 0)}),
    )  # fmt: skip
    world.equal([row["user_id"] for row in rows], [world.session.manager["id"]] * 3, "the users")


@check("AUD-04")
def a_patch_of_a_service_that_changes_nothing_leaves_no_row(world: World) -> None:
    """Nothing sent, and the same values sent."""
    body = world.service_body()
    path = f"/services/{(service := world.service(**body)['id'])}"
    for patch in ({}, {"name": body["name"]}, body):
        world.manager.patch(path, patch).expect(200)
    trail(world, "service", service, ("service.created", new(**body)))


# Appointments, invoices, payments.


@check("AUD-01", "AUD-02", "AUD-05")
def each_change_of_status_leaves_a_row(world: World) -> None:
    """From the one to the other; none for the new appointment itself, nor for a refused change."""
    ways = (("confirmed", "completed"), ("confirmed", "no_show"), ("cancelled",))
    for way in ways:
        one = world.appointment(*way)["id"]
        world.refused(
            world.staff.post(f"/appointments/{one}/status", {"status": "scheduled"}), 409, "illegal_transition"
        )
        steps = zip(("scheduled", *way), way, strict=False)
        changes = [("appointment.status_changed", {"status": change(old, status)}) for old, status in steps]
        rows = trail(world, "appointment", one, *changes)
        world.equal([row["user_id"] for row in rows], [world.session.staff["id"]] * len(way), "the users")


@check("AUD-01", "AUD-03", "GEN-14", "GEN-22")
def an_invoice_leaves_a_row(world: World) -> None:
    """With its appointment, its instant and its sums, as the invoice shows them; 0 is a value."""
    one = world.confirmed()["id"]
    world.treatment(one, service_id=world.priced(MOST_PRICE, 1900), quantity=1000)
    world.moved(one, "completed")
    made = world.invoice(one, issued_at="2030-05-06T01:30:00+02:00")
    net, tax = MOST_PRICE * 1000, MOST_PRICE * 190
    amounts = {"net_cents": net, "tax_cents": tax, "gross_cents": net + tax}
    sums = new(appointment_id=one, issued_at="2030-05-05T23:30:00Z", **amounts)
    trail(world, "invoice", made["id"], ("invoice.issued", sums))
    free = world.billable(0)["id"]
    made = world.invoice(free)
    zeros = new(appointment_id=free, issued_at=made["issued_at"], net_cents=0, tax_cents=0, gross_cents=0)
    rows = trail(world, "invoice", made["id"], ("invoice.issued", zeros))
    world.equal(rows[0]["user_id"], world.session.staff["id"], "the user")


@check("AUD-01", "AUD-03", "AUD-05")
def each_payment_leaves_a_row(world: World) -> None:
    """With its invoice, amount and method, under its own id; none for the invoice, which becomes paid."""
    one = world.confirmed()["id"]
    world.treatment(one, service_id=world.priced(MOST_PRICE, 0), quantity=100)
    world.moved(one, "completed")
    invoice = world.invoice(one)["id"]
    amounts = {"cash": 1, "transfer": MOST_PRICE * 100 - 1}
    for method, amount in amounts.items():
        payment = world.payment(invoice, amount_cents=amount, method=method)["id"]
        changes = new(invoice_id=invoice, amount_cents=amount, method=method)
        rows = trail(world, "payment", payment, ("payment.recorded", changes))
        world.equal(rows[0]["user_id"], world.session.staff["id"], "the user")
    world.equal([row["action"] for row in world.audit("invoice", invoice)], ["invoice.issued"], "the actions on it")


@check("AUD-01", "PAT-14")
def changes_for_a_deleted_patient_leave_rows_too(world: World) -> None:
    """What happens to the appointments of a deleted patient is recorded as ever."""
    patient = world.patient()["id"]
    one = world.appointment(patient_id=patient)["id"]
    world.staff.delete(f"/patients/{patient}").needed(204)
    world.moved(one, "confirmed")
    world.treatment(one)
    world.moved(one, "completed")
    invoice = world.invoice(one)["id"]
    payment = world.payment(invoice)["id"]
    steps = (("scheduled", "confirmed"), ("confirmed", "completed"))
    changes = [("appointment.status_changed", {"status": change(old, new)}) for old, new in steps]
    trail(world, "appointment", one, *changes)
    for entity, number, action in (("invoice", invoice, "invoice.issued"), ("payment", payment, "payment.recorded")):
        world.equal([row["action"] for row in world.audit(entity, number)], [action], f"the actions on the {entity}")


@check("AUD-05")
def nothing_else_leaves_a_row(world: World) -> None:
    """A user, practitioners, rooms, a new appointment, a treatment, a login and reading leave none."""
    patient, service, confirmed = world.veteran(), world.priced(10000, 0), world.shared("confirmed", world.confirmed)
    client, user = someone(world)
    before = world.manager.get("/audit", user_id=world.session.manager["id"], limit=1).needed(200)["total"]
    body = world.appointment_body(patient_id=patient)
    made = client.post("/appointments", body).needed(201)["id"]
    client.post(f"/appointments/{confirmed}/treatments", {"service_id": service, "quantity": 1}).needed(201)
    for path in ("/patients", f"/patients/{patient}", f"/appointments/{made}"):
        client.get(path).needed(200)
    world.finds(world.manager.get("/audit", user_id=user))
    world.manager.get("/audit", user_id=world.session.manager["id"], limit=1).expect(200).has(total=before)
    world.equal(world.audit("appointment", made), [], "the rows on the new appointment")
