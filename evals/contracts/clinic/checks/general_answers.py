"""Answers in general: their shapes, large amounts, ids, and paths with ids that are none."""

from __future__ import annotations

from collections.abc import Callable

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.forms import NOBODY
from evals.contracts.clinic.checks.making import PASSWORD, World
from evals.contracts.clinic.checks.shapes import shaped

# Shapes.


@check("GEN-42", "GEN-01")
def health_answers_without_a_token(world: World) -> None:
    """`GET /health` is 200 with exactly the status `ok`."""
    world.equal(world.api.get("/health").expect(200).body, {"status": "ok"}, "the body")


@check("GEN-01", "GEN-02")
def answers_about_users_have_their_shape(world: World) -> None:
    """Registration, login and the current user have exactly their members, thus no password and no hash."""
    body = world.user_body()
    shaped(world, world.api.post("/users", body), 201)
    login = shaped(world, world.api.post("/sessions", {"email": body["email"], "password": PASSWORD}), 201)
    shaped(world, world.api.bearing(login["token"]).get("/users/me"))


@check("GEN-01", "GEN-02")
def answers_about_patients_have_their_shape(world: World) -> None:
    """POST, GET, PATCH and the list have exactly their members, for patients with and without values."""
    tag = world.word()
    bare = shaped(world, world.staff.post("/patients", {"name": world.word(), "tags": [tag]}), 201)
    body = world.patient_body(birth_date="1984-02-29", note="N", tags=["a", tag])
    full = shaped(world, world.staff.post("/patients", body), 201)
    shaped(world, world.staff.get("/patients", tag=tag)).has(total=2)
    for one in (bare, full):
        shaped(world, world.staff.get(f"/patients/{one['id']}"))
    shaped(world, world.staff.patch(f"/patients/{full['id']}", {"note": None, "tags": []}))
    world.equal(world.staff.delete(f"/patients/{full['id']}").expect(204).text, "", "the body of a 204")


@check("GEN-01", "GEN-02")
def answers_about_practitioners_have_their_shape(world: World) -> None:
    """POST and the list have exactly their members."""
    word = world.word()
    shaped(world, world.manager.post("/practitioners", world.practitioner_body()), 201)
    shaped(world, world.manager.post("/practitioners", world.practitioner_body(specialties=[word])), 201)
    shaped(world, world.staff.get("/practitioners", specialty=word)).has(total=1)


@check("GEN-01", "GEN-02")
def answers_about_rooms_have_their_shape(world: World) -> None:
    """POST and the list have exactly their members."""
    shaped(world, world.manager.post("/rooms", world.room_body()), 201)
    shaped(world, world.staff.get("/rooms", limit=1))


@check("GEN-01", "GEN-02")
def answers_about_services_have_their_shape(world: World) -> None:
    """POST, PATCH and the list have exactly their members."""
    one = shaped(world, world.manager.post("/services", world.service_body()), 201)
    shaped(world, world.manager.patch(f"/services/{one['id']}", {"tax_bp": 0}))
    shaped(world, world.staff.get("/services", limit=1))


@check("GEN-01", "GEN-02")
def answers_about_appointments_have_their_shape(world: World) -> None:
    """POST, the change of a status, a treatment, GET and the list have exactly their members, also when invoiced."""
    one = shaped(world, world.staff.post("/appointments", world.appointment_body()), 201)
    path = f"/appointments/{one['id']}"
    shaped(world, world.staff.post(f"{path}/status", {"status": "confirmed"}))
    treatment = {"service_id": world.priced(10000, 0), "quantity": 1}
    for _ in range(2):
        shaped(world, world.staff.post(f"{path}/treatments", treatment), 201)
    shaped(world, world.staff.get(path)).has({"treatments.1.quantity": 1})
    shaped(world, world.staff.post(f"{path}/status", {"status": "completed"}))
    world.invoice(one["id"])
    shaped(world, world.staff.get(path))
    window = {"from_": one["starts_at"], "to": one["ends_at"], "room_id": one["room.id"]}
    shaped(world, world.staff.get("/appointments", **window)).has(total=1)


@check("GEN-01", "GEN-02")
def answers_about_invoices_have_their_shape(world: World) -> None:
    """POST, GET and payments have exactly their members, with and without payments."""
    one = shaped(world, world.staff.post(f"/appointments/{world.billable()['id']}/invoice", {}), 201)
    path, payment = f"/invoices/{one['id']}", {"amount_cents": 100, "method": "card"}
    shaped(world, world.staff.get(path)).has(payments=[])
    for key in ("k1", "k2"):
        shaped(world, world.staff.post(f"{path}/payments", payment, {"Idempotency-Key": key}), 201)
    shaped(world, world.staff.get(path)).has({"payments.1.amount_cents": 100})


def _sold(world: World) -> Reply:
    """An invoice of 2031-03-01 with a payment, which nobody changes: as it is read."""

    def build() -> Reply:
        invoice = world.invoice(world.billable()["id"], issued_at="2031-03-01T09:30:00Z")
        world.payment(invoice["id"])
        return invoice

    return world.staff.get(f"/invoices/{world.shared('sold', build)}").needed(200)


@check("GEN-01", "GEN-02")
def reports_have_their_shape(world: World) -> None:
    """Both groupings of the revenue and the utilisation have exactly their members, with and without rows."""
    _sold(world)
    query: dict[str, Json] = {"from": "2031-03-01", "to": "2031-03-01"}
    for more in ({}, {"group_by": "practitioner"}, {"practitioner_id": NOBODY}):
        reply = world.manager.send("GET", "/reports/revenue", query={**query, **more})
        shaped(world, reply)
        name = more.get("group_by", "day")
        world.that(all(str(name) in row for row in reply["rows"]), f"each row has its {name}")
        world.equal(bool(reply["rows"]), "practitioner_id" not in more, "whether there are rows")
    instants = {"from": world.at(0), "to": world.at(1)}
    reply = shaped(world, world.manager.send("GET", "/reports/utilisation", query=instants))
    world.that(bool(reply["rows"]), "there are rows")


@check("GEN-01", "GEN-02")
def the_audit_trail_has_its_shape(world: World) -> None:
    """The rows of each kind of thing have exactly their members."""
    sold = _sold(world)
    gone = world.patient()["id"]
    world.staff.delete(f"/patients/{gone}").needed(204)
    things = {
        "appointment": sold["appointment_id"], "invoice": sold["id"], "payment": sold["payments.0.id"],
        "service": sold["lines.0.service_id"], "patient": gone,
    }  # fmt: skip
    for entity, number in things.items():
        reply = shaped(world, world.manager.get("/audit", entity=entity, entity_id=number))
        world.that(reply["total"] > 0, f"there are rows about the {entity}")


# Ids.


MAKERS: dict[str, Callable[[World], Reply]] = {
    "patients": World.patient,
    "appointments": World.appointment,
}


@check_each("GEN-17", over=MAKERS)
def ids_ascend(world: World, make: Callable[[World], Reply]) -> None:
    """Ids are positive integers, each higher than those before; other things show it where they are listed by id."""
    ids = [make(world)["id"] for _ in range(2)]
    world.that(all(type(one) is int and one > 0 for one in ids), f"{ids} are positive integers")
    world.that(ids[0] < ids[1], f"{ids} ascend")


@check("GEN-17")
def ids_of_users_ascend(world: World) -> None:
    """The manager was registered first, then a member of staff, and now another."""
    ids = [world.session.manager["id"], world.session.staff["id"], world.user()["id"]]
    world.that(0 < ids[0] < ids[1] < ids[2], f"{ids} ascend")


@check("GEN-17")
def ids_of_what_is_billed_ascend(world: World) -> None:
    """Those of treatments, invoices, payments and their audit rows, with two of them on one thing each, in turn."""
    both = [world.confirmed()["id"] for _ in range(2)]
    treated = [world.treatment(one)["id"] for one in both * 2]
    for one in both:
        world.moved(one, "completed")
    owed = [world.invoice(one)["id"] for one in both]
    paid = [world.payment(one)["id"] for one in (*owed, owed[0])]
    rows = [world.audit("payment", one)[0]["id"] for one in paid[:2]]
    for ids in (treated, owed, paid, rows):
        world.equal(ids, sorted(set(ids)), "the ids")


@check("GEN-17", "PAT-11")
def an_id_is_not_given_again(world: World) -> None:
    """The id of the newest patient is not given again after its deletion."""
    first = world.patient()["id"]
    world.staff.delete(f"/patients/{first}").needed(204)
    world.that(world.patient()["id"] > first, "the next id is higher")


def _shared(name: str, build: Callable[[World], Reply]) -> Callable[[World], int]:
    return lambda world: world.shared(name, lambda: build(world))


_PATIENT, _SERVICE = _shared("changed patient", World.patient), _shared("changed service", World.service)
_SCHEDULED = _shared("scheduled", World.appointment)
_INVOICE = _shared("invoice", World.invoice)
PATHS: dict[str, tuple[str, str, Json, Callable[[World], int]]] = {
    "reading_a_patient": ("GET", "/patients/{}", None, _PATIENT),
    "changing_a_patient": ("PATCH", "/patients/{}", {"note": "N"}, _PATIENT),
    "deleting_a_patient": ("DELETE", "/patients/{}", None, _PATIENT),
    "changing_a_service": ("PATCH", "/services/{}", {"tax_bp": 0}, _SERVICE),
    "reading_an_appointment": ("GET", "/appointments/{}", None, _SCHEDULED),
    "changing_a_status": ("POST", "/appointments/{}/status", {"status": "confirmed"}, _SCHEDULED),
    "adding_a_treatment": ("POST", "/appointments/{}/treatments", {"service_id": 1, "quantity": 1}, _SCHEDULED),
    "issuing_an_invoice": ("POST", "/appointments/{}/invoice", {}, _SCHEDULED),
    "reading_an_invoice": ("GET", "/invoices/{}", None, _INVOICE),
    "paying": ("POST", "/invoices/{}/payments", {"amount_cents": 1, "method": "cash"}, _INVOICE),
}
"""Method, path, a valid body, and what makes the thing, of each operation with an id in its path."""


@check_each("GEN-18", "GEN-36", over=PATHS)
def an_id_in_a_path_that_is_none_is_not_found(
    world: World, operation: tuple[str, str, Json, Callable[[World], int]]
) -> None:
    """An id that belongs to nothing, is out of range or no integer is 404, also when it begins like a good one."""
    method, path, body, make = operation
    number, turn = make(world), list(PATHS.values()).index(operation)
    others = [
        0,
        2147483648,
        -number,
        2**32 + number,
        2**64 + number,
        10**30,
        "abc",
        f"0x{number:x}",
        f"{number},1",
        "-",
    ]
    more = [others[turn], f"{number}.5", others[turn - 3]] if method == "GET" else []
    for text in (NOBODY, f"{number}a", *more):
        world.refused(world.manager.send(method, path.format(text), body=body), 404, "not_found")
