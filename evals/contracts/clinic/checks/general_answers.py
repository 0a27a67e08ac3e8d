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
    bare = shaped(world, world.staff.post("/patients", {"name": world.word()}), 201)
    body = world.patient_body(birth_date="1984-02-29", note="N", tags=["a"])
    full = shaped(world, world.staff.post("/patients", body), 201)
    for one in (bare, full):
        shaped(world, world.staff.get(f"/patients/{one['id']}"))
        shaped(world, world.staff.patch(f"/patients/{one['id']}", {"note": "M"}))
        shaped(world, world.staff.get("/patients", search=one["name"])).has(total=1)
    world.equal(world.staff.delete(f"/patients/{full['id']}").expect(204).text, "", "the body of a 204")


@check("GEN-01", "GEN-02")
def answers_about_practitioners_have_their_shape(world: World) -> None:
    """POST and the list have exactly their members."""
    word = world.word()
    shaped(world, world.manager.post("/practitioners", world.practitioner_body()), 201)
    shaped(world, world.manager.post("/practitioners", world.practitioner_body(specialties=[word])), 201)
    shaped(world, world.staff.get("/practitioners", specialty=word)).has(total=1)
    shaped(world, world.staff.get("/practitioners", limit=1))


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
    for _ in range(2):
        treatment = {"service_id": world.service()["id"], "quantity": 1}
        shaped(world, world.staff.post(f"{path}/treatments", treatment), 201)
    shaped(world, world.staff.get(path)).has({"treatments.1.quantity": 1})
    shaped(world, world.staff.post(f"{path}/status", {"status": "completed"}))
    world.invoice(one["id"])
    shaped(world, world.staff.get(path))
    shaped(world, world.staff.get("/appointments", patient_id=one["patient.id"])).has(total=1)


@check("GEN-01", "GEN-02")
def answers_about_invoices_have_their_shape(world: World) -> None:
    """POST, GET and payments have exactly their members, with and without payments."""
    one = shaped(world, world.staff.post(f"/appointments/{world.billable(100, 200)['id']}/invoice", {}), 201)
    path = f"/invoices/{one['id']}"
    shaped(world, world.staff.get(path)).has(payments=[])
    for amount in (100, 200):
        payment = {"amount_cents": amount, "method": "card"}
        shaped(world, world.staff.post(f"{path}/payments", payment, {"Idempotency-Key": f"k{amount}"}), 201)
    shaped(world, world.staff.get(path)).has({"payments.1.amount_cents": 200})


@check("GEN-01", "GEN-02")
def reports_have_their_shape(world: World) -> None:
    """Both groupings of the revenue and the utilisation have exactly their members, with and without rows."""
    one = world.billable()
    world.payment(world.invoice(one["id"], issued_at="2031-03-01T09:30:00Z")["id"])
    query: dict[str, Json] = {"from": "2031-03-01", "to": "2031-03-01"}
    for more in ({}, {"group_by": "practitioner"}, {"practitioner_id": NOBODY}):
        reply = world.manager.send("GET", "/reports/revenue", query={**query, **more})
        shaped(world, reply)
        name = more.get("group_by", "day")
        world.that(all(str(name) in row for row in reply["rows"]), f"each row has its {name}")
        world.equal(bool(reply["rows"]), "practitioner_id" not in more, "whether there are rows")
    instants = {"from": one["starts_at"], "to": one["ends_at"]}
    reply = shaped(world, world.manager.send("GET", "/reports/utilisation", query=instants))
    world.that(bool(reply["rows"]), "there are rows")


@check("GEN-01", "GEN-02")
def the_audit_trail_has_its_shape(world: World) -> None:
    """The rows of each kind of thing have exactly their members."""
    one = world.billable(**{**world.ward(), "patient_id": world.patient()["id"]})
    invoice = world.invoice(one["id"])
    things = {
        "appointment": one["id"], "invoice": invoice["id"], "payment": world.payment(invoice["id"])["id"],
        "service": invoice["lines.0.service_id"], "patient": one["patient.id"],
    }  # fmt: skip
    world.staff.delete(f"/patients/{one['patient.id']}").needed(204)
    for entity, number in things.items():
        reply = shaped(world, world.manager.get("/audit", entity=entity, entity_id=number))
        world.that(reply["total"] > 0, f"there are rows about the {entity}")


# Large amounts.


@check("GEN-14", "GEN-02", "TRT-06", "INV-07")
def large_amounts_are_exact_on_an_invoice(world: World) -> None:
    """Lines and sums far above 32 bits are exact to the cent."""
    one = _appointment(world, "confirmed")
    number = world.service(price_cents=99_999_999, tax_bp=9_999)["id"]
    net, tax = 99_999_999 * 999, (99_999_999 * 999 * 9_999 + 5_000) // 10_000
    for _ in range(3):
        reply = world.staff.post(f"/appointments/{one}/treatments", {"service_id": number, "quantity": 999})
        reply.expect(201).has(net_cents=net, tax_cents=tax)
    world.moved(one, "completed")
    invoice = world.staff.post(f"/appointments/{one}/invoice", {}).expect(201)
    sums = {"net_cents": 3 * net, "tax_cents": 3 * tax, "gross_cents": 3 * (net + tax)}
    invoice.has(**sums, balance_cents=3 * (net + tax))
    world.staff.get(f"/invoices/{invoice['id']}").expect(200).has(**sums, balance_cents=3 * (net + tax))


@check("GEN-14", "GEN-08", "PAY-01", "INV-10")
def large_amounts_are_exact_in_payments_and_reports(world: World) -> None:
    """The largest payment there is, balances, and sums in reports and the audit trail are exact to the cent."""
    one = world.confirmed()
    number = world.service(price_cents=100_000_000, tax_bp=10_000)["id"]
    for _ in range(6):
        world.treatment(one["id"], service_id=number, quantity=1000)
    world.treatment(one["id"], service_id=world.service(price_cents=7, tax_bp=0)["id"])
    world.moved(one["id"], "completed")
    invoice = world.invoice(one["id"], issued_at="2031-03-01T09:30:00Z")
    gross, most = 1_200_000_000_007, 1_000_000_000_000
    path, body = f"/invoices/{invoice['id']}", {"amount_cents": most, "method": "transfer"}
    world.staff.post(f"{path}/payments", body).expect(201).has(amount_cents=most, balance_cents=gross - most)
    world.staff.get(path).expect(200).has(gross_cents=gross, paid_cents=most, balance_cents=gross - most)
    query = {"from": "2031-03-01", "to": "2031-03-01", "practitioner_id": one["practitioner.id"]}
    report = world.manager.send("GET", "/reports/revenue", query=query).expect(200)
    report.has({"totals.gross_cents": gross, "totals.tax_cents": 600_000_000_000, "totals.paid_cents": most})
    report.has({"rows.0.gross_cents": gross, "rows.0.net_cents": 600_000_000_007, "rows.0.paid_cents": most})
    (row,) = world.audit("invoice", invoice["id"])
    world.equal(row["changes"]["gross_cents"]["new"], gross, "gross_cents in the audit trail")


# Ids.


MAKERS: dict[str, Callable[[World], Reply]] = {
    "users": World.user,
    "patients": World.patient,
    "practitioners": World.practitioner,
    "rooms": World.room,
    "services": World.service,
    "appointments": lambda world: world.appointment(**world.ward()),
    "invoices": World.invoice,
}


@check_each("GEN-17", over=MAKERS)
def ids_ascend(world: World, make: Callable[[World], Reply]) -> None:
    """Ids are positive integers, each higher than those before."""
    ids = [make(world)["id"] for _ in range(3)]
    world.that(all(type(one) is int and one > 0 for one in ids), f"{ids} are positive integers")
    world.that(ids[0] < ids[1] < ids[2], f"{ids} ascend")


@check("GEN-17")
def ids_of_treatments_and_payments_and_audit_rows_ascend(world: World) -> None:
    """Also with two of them on one thing each, in turn."""
    first, second = _appointment(world, "confirmed"), _appointment(world, "confirmed")
    service = world.shared("service", world.service)
    treated = [world.treatment(one, service_id=service)["id"] for one in (first, second, first, second)]
    world.moved(first, "completed")
    world.moved(second, "completed")
    owed = [world.invoice(one)["id"] for one in (first, second)]
    paid = [world.payment(one)["id"] for one in (*owed, *owed)]
    world.equal(treated, sorted(set(treated)), "the ids of the treatments")
    world.equal(paid, sorted(set(paid)), "the ids of the payments")
    rows = [world.audit("payment", one)[0]["id"] for one in paid]
    world.equal(rows, sorted(set(rows)), "the ids of the rows of the audit trail")


@check("GEN-17", "PAT-11")
def an_id_is_not_given_again(world: World) -> None:
    """The id of the newest patient is not given again after its deletion."""
    first = world.patient()["id"]
    world.staff.delete(f"/patients/{first}").needed(204)
    world.that(world.patient()["id"] > first, "the next id is higher")


def _appointment(world: World, *statuses: str) -> int:
    number: int = world.appointment(*statuses, **world.ward())["id"]
    return number


def _shared(name: str, build: Callable[[World], Reply]) -> Callable[[World], int]:
    return lambda world: world.shared(name, lambda: build(world))


_PATIENT, _SERVICE = _shared("changed patient", World.patient), _shared("changed service", World.service)
_SCHEDULED = _shared("scheduled", lambda world: world.appointment(**world.ward()))
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
    number = make(world)
    bad = [NOBODY, 0, 2147483648, f"{number}a"]
    more = [-number, 2**32 + number, 2**64 + number, 10**30, "abc", f"0x{number:x}", f"{number}.5", f"{number},1", "-"]
    for text in bad + more * (method == "GET"):
        world.refused(world.manager.send(method, path.format(text), body=body), 404, "not_found")
    if method == "GET":
        world.manager.get(path.format(number)).expect(200)
