"""Refusals in general: their shape, which fields they name, which comes first, and that they change nothing."""

from __future__ import annotations

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.forms import NOBODY
from evals.contracts.clinic.checks.making import PASSWORD, World
from evals.contracts.clinic.checks.shapes import shaped


@check("GEN-36", "GEN-01")
def refusals_have_their_shape(world: World) -> None:
    """401, 403, 404, 409 and 422 have a code and a message, and `fields` only with 422."""
    taken = world.patient_body()
    world.staff.post("/patients", taken).needed(201)
    login = {"email": f"{world.word()}@mail.test", "password": PASSWORD}
    world.refused(shaped(world, world.api.get("/patients"), 401), 401, "unauthorized")
    world.refused(shaped(world, world.api.post("/sessions", login), 401), 401, "invalid_credentials")
    world.refused(shaped(world, world.staff.get("/audit"), 403), 403, "forbidden")
    world.refused(shaped(world, world.staff.get(f"/patients/{NOBODY}"), 404), 404, "not_found")
    world.refused(shaped(world, world.staff.post("/patients", taken), 409), 409, "email_taken")
    world.invalid(shaped(world, world.staff.post("/patients", {}), 422), "name")
    world.invalid(shaped(world, world.staff.get("/patients", limit=0), 422), "limit")


# Which fields.


@check("GEN-37", "GEN-38")
def all_that_is_wrong_by_itself_is_named_at_once(world: World) -> None:
    """Unknown, missing, of wrong type, form, length and range: each is named, and what is right is not."""
    wrong = {"email": "no email", "birth_date": "1984-02-30", "note": 5, "tags": ["fine", "NOT"], "extra": 1}
    world.invalid(world.staff.post("/patients", wrong), "name", *wrong)
    one = world.shared("changed patient", world.patient)
    world.invalid(world.staff.patch(f"/patients/{one}", {**wrong, "name": "fine"}), *wrong)
    service = {"name": " ", "price_cents": -1, "more": None}
    world.invalid(world.manager.post("/services", service), "name", "price_cents", "tax_bp", "more")


@check("GEN-37")
def a_field_with_several_faults_is_named_once(world: World) -> None:
    """Several wrong words are one wrong `tags`; too long and of wrong form are one wrong email."""
    many = ["NOT", "", "two words", *("a" * 31 for _ in range(20))]
    body = world.patient_body(tags=many, email="\u00e9 " * 200)
    world.invalid(world.staff.post("/patients", body), "tags", "email")
    world.invalid(
        world.manager.post("/practitioners", world.practitioner_body(specialties=["A", 5, None])), "specialties"
    )


@check("GEN-37", "GEN-38")
def all_parameters_that_are_wrong_are_named_at_once(world: World) -> None:
    """Unknown, empty, double and out of range in one query: each parameter is named."""
    query = {"limit": 0, "status": "open", "patient_id": "x", "from": "now", "room_id": ["1", "1"], "extra": "1"}
    reply = world.staff.send("GET", "/appointments", query={**query, "practitioner_id": 1})
    world.invalid(reply, *query)


@check("GEN-38")
def relations_are_judged_when_each_field_is_right(world: World) -> None:
    """An end before the start is not named beside what is wrong by itself, but is when there is no such."""
    body = {**world.appointment_body(), "starts_at": world.at(60), "ends_at": world.at(0)}
    world.invalid(world.staff.post("/appointments", {**body, "room_id": 0, "extra": 1}), "room_id", "extra")
    world.invalid(world.staff.post("/appointments", {**body, "starts_at": "now"}), "starts_at")
    world.invalid(world.staff.post("/appointments", body), "ends_at")


@check("GEN-38")
def relations_in_queries_are_judged_when_each_parameter_is_right(world: World) -> None:
    """`to` before `from` is not named beside a parameter that is wrong by itself."""
    query = {"from": "2031-03-02T00:00:00Z", "to": "2031-03-01T00:00:00Z"}
    world.invalid(world.staff.send("GET", "/appointments", query={**query, "limit": 0}), "limit")
    days = {"from": "2031-03-02", "to": "2031-03-01"}
    world.invalid(world.manager.send("GET", "/reports/revenue", query={**days, "group_by": "week"}), "group_by")


@check("GEN-38", "GEN-19")
def references_are_judged_last(world: World) -> None:
    """An id of nothing is named when fields and relations are right, not beside what is wrong otherwise."""
    body = {**world.appointment_body(), "patient_id": NOBODY}
    backwards = {"starts_at": world.at(60), "ends_at": world.at(0)}
    world.invalid(world.staff.post("/appointments", {**body, **backwards}), "ends_at")
    world.invalid(world.staff.post("/appointments", {**body, "room_id": 0}), "room_id")
    world.invalid(world.staff.post("/appointments", body), "patient_id")
    path = f"/appointments/{world.shared('confirmed', world.confirmed)}/treatments"
    world.invalid(world.staff.post(path, {"service_id": NOBODY, "quantity": 0}), "quantity")


# Which comes first.


@check("GEN-39", "USR-01")
def a_missing_token_is_told_first(world: World) -> None:
    """401 comes before 403, 404, 422 and 409."""
    gone, taken = f"/patients/{NOBODY}", world.patient()["email"]
    world.refused(world.api.get("/audit", limit=0), 401, "unauthorized")
    world.refused(world.api.patch(gone, {"name": ""}), 401, "unauthorized")
    world.refused(world.api.post("/patients", {"extra": 1}), 401, "unauthorized")
    world.refused(world.api.get("/patients", limit=0), 401, "unauthorized")
    world.refused(world.api.post("/patients", world.patient_body(email=taken)), 401, "unauthorized")


@check("GEN-39", "USR-03")
def a_forbidden_operation_is_told_before_its_faults(world: World) -> None:
    """403 comes before 404 and 422."""
    world.refused(world.staff.patch(f"/services/{NOBODY}", {"tax_bp": -1}), 403, "forbidden")
    world.refused(world.staff.patch(f"/services/{world.priced(10000, 0)}", {"extra": 1}), 403, "forbidden")
    for path in ("/practitioners", "/rooms", "/services"):
        world.refused(world.staff.post(path, {"extra": 1}), 403, "forbidden")
    world.refused(world.staff.get("/reports/revenue"), 403, "forbidden")
    world.refused(world.staff.get("/reports/utilisation", from_="now"), 403, "forbidden")
    world.refused(world.staff.get("/audit", limit=0), 403, "forbidden")


@check("GEN-39", "GEN-18")
def a_missing_thing_is_told_before_a_wrong_body(world: World) -> None:
    """404 of the path comes before 422 of body and header."""
    key = {"Idempotency-Key": "k" * 65}
    world.refused(world.staff.patch(f"/patients/{NOBODY}", {"name": ""}), 404, "not_found")
    world.refused(world.manager.patch(f"/services/{NOBODY}", {"tax_bp": -1}), 404, "not_found")
    for part in ("status", "treatments", "invoice"):
        world.refused(world.staff.post(f"/appointments/{NOBODY}/{part}", {"extra": 1}), 404, "not_found")
    payment = {"amount_cents": 1, "method": "cash"}
    world.refused(world.staff.post(f"/invoices/{NOBODY}/payments", {"extra": 1}), 404, "not_found")
    world.refused(world.staff.post(f"/invoices/{NOBODY}/payments", payment, key), 404, "not_found")


@check("GEN-39")
def a_wrong_body_is_told_before_a_taken_email(world: World) -> None:
    """422 comes before 409 `email_taken`, for patients and for users."""
    email = world.patient()["email"]
    world.invalid(world.staff.post("/patients", {"name": " ", "email": email}), "name")
    other = world.shared("changed patient", world.patient)
    world.invalid(world.staff.patch(f"/patients/{other}", {"email": email, "extra": 1}), "extra")
    user = world.session.staff["email"]
    world.invalid(world.api.post("/users", world.user_body(email=user, password="short")), "password")


@check("GEN-39", "USR-09")
def a_wrong_body_is_told_before_wrong_credentials(world: World) -> None:
    """422 comes before 401 `invalid_credentials`."""
    body = {"email": f"{world.word()}@mail.test", "password": PASSWORD}
    world.invalid(world.api.post("/sessions", {**body, "extra": 1}), "extra")
    world.invalid(world.api.post("/sessions", {"email": body["email"]}), "password")
    world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")


@check("GEN-39")
def a_wrong_body_is_told_before_a_taken_slot(world: World) -> None:
    """422 comes before 409 `slot_taken`, also that of an id that belongs to nothing."""
    body = world.appointment().sent
    world.invalid(world.staff.post("/appointments", {**body, "extra": 1}), "extra")
    world.invalid(world.staff.post("/appointments", {**body, "patient_id": NOBODY}), "patient_id")
    world.refused(world.staff.post("/appointments", body), 409, "slot_taken")


@check("GEN-39")
def a_wrong_body_is_told_before_an_illegal_state(world: World) -> None:
    """422 comes before 409 of an appointment's state: status, treatments, invoice."""
    path = f"/appointments/{world.shared('scheduled', world.appointment)}"
    world.invalid(world.staff.post(f"{path}/status", {"status": "completed", "extra": 1}), "extra")
    treatment = {"service_id": world.priced(10000, 0), "quantity": 1}
    world.invalid(world.staff.post(f"{path}/treatments", {**treatment, "quantity": 0}), "quantity")
    world.invalid(world.staff.post(f"{path}/treatments", {**treatment, "service_id": NOBODY}), "service_id")
    world.refused(world.staff.post(f"{path}/treatments", treatment), 409, "not_treatable")
    world.invalid(world.staff.post(f"{path}/invoice", {"issued_at": "now"}), "issued_at")
    world.refused(world.staff.post(f"{path}/invoice", {}), 409, "not_completed")


@check("GEN-40", "GEN-36")
def an_unknown_path_is_not_found(world: World) -> None:
    """A path that the document does not have is 404 in the shape of all refusals, whatever the method."""
    one, place = world.shared("scheduled", world.appointment), world.ward()
    for path in (
        "/nothing", "/", f"/patients/{place['patient_id']}/tags", f"/appointments/{one}/cancel", "/users/1",
        "/invoices", "/reports", "/health/more", f"/appointments/{one}/invoice/more",
    ):  # fmt: skip
        world.refused(world.manager.get(path), 404, "not_found")
    world.refused(world.staff.post("/nothing", {}), 404, "not_found")
    world.refused(world.staff.patch(f"/rooms/{place['room_id']}", {"name": "x"}), 404, "not_found")
    world.refused(world.staff.delete(f"/appointments/{one}/nothing"), 404, "not_found")


# What a refusal leaves.


@check("GEN-41")
def a_refused_change_of_a_patient_changes_nothing(world: World) -> None:
    """A PATCH that is refused changes none of its fields and leaves no row, whatever it is refused for."""
    one, taken = world.patient(note="N", tags=["a"]), world.patient()["email"]
    path = f"/patients/{one['id']}"
    world.refused(world.staff.patch(path, {"note": "M", "tags": ["b"], "email": taken}), 409, "email_taken")
    world.invalid(world.staff.patch(path, {"note": "M", "tags": ["b"], "name": ""}), "name")
    world.invalid(world.staff.patch(path, {"note": "M", "extra": 1}), "extra")
    world.invalid(world.staff.patch(path, {"tags": None, "name": "Other", "email": None}), "tags")
    world.refused(world.api.patch(path, {"note": "M"}), 401, "unauthorized")
    world.refused(world.api.delete(path), 401, "unauthorized")
    world.equal(world.staff.get(path).expect(200).body, one.body, "the patient")
    world.equal([row["action"] for row in world.audit("patient", one["id"])], ["patient.created"], "the audit trail")


@check("GEN-41")
def a_refused_patient_or_user_is_not_there(world: World) -> None:
    """A POST that is refused makes nothing and leaves no row in the audit trail."""
    word, email = world.word(), world.patient()["email"]
    rows = world.manager.get("/audit", entity="patient", limit=1).expect(200)["total"]
    world.refused(world.staff.post("/patients", {"name": word, "email": email}), 409, "email_taken")
    world.invalid(world.staff.post("/patients", {"name": word, "extra": 1}), "extra")
    world.finds(world.staff.get("/patients", search=word))
    world.manager.get("/audit", entity="patient", limit=1).expect(200).has(total=rows)
    user = world.user_body()
    world.invalid(world.api.post("/users", {**user, "extra": 1}), "extra")
    world.refused(
        world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}), 401, "invalid_credentials"
    )


@check("GEN-41", "USR-03")
def what_is_forbidden_changes_nothing(world: World) -> None:
    """Staff that try what managers may change nothing and leave no row."""
    service, word = world.service(), world.word()
    world.refused(world.staff.patch(f"/services/{service['id']}", {"price_cents": 1}), 403, "forbidden")
    actions = [row["action"] for row in world.audit("service", service["id"])]
    world.equal(actions, ["service.created"], "the audit trail")
    world.manager.patch(f"/services/{service['id']}", {}).expect(200).has(price_cents=service["price_cents"])
    world.refused(world.staff.post("/practitioners", {"name": "x", "specialties": [word]}), 403, "forbidden")
    world.finds(world.staff.get("/practitioners", specialty=word))
    for path, body in {"/rooms": world.room_body(), "/services": world.service_body()}.items():
        total = world.staff.get(path, limit=1).expect(200)["total"]
        world.refused(world.staff.post(path, body), 403, "forbidden")
        world.staff.get(path, limit=1).expect(200).has(total=total)


@check("GEN-41")
def a_refused_appointment_is_not_there(world: World) -> None:
    """Neither a taken slot nor a wrong body makes an appointment."""
    one = world.appointment(**world.place())
    body: dict[str, Json] = {**one.sent, "patient_id": world.patient()["id"]}
    world.refused(world.staff.post("/appointments", body), 409, "slot_taken")
    world.invalid(world.staff.post("/appointments", {**body, **world.slot(), "room_id": NOBODY}), "room_id")
    world.finds(world.staff.get("/appointments", patient_id=body["patient_id"]))
    world.finds(world.staff.get("/appointments", practitioner_id=body["practitioner_id"]), one["id"])


@check("GEN-41")
def what_is_refused_at_an_appointment_changes_nothing(world: World) -> None:
    """Illegal status, treatment and invoice leave the appointment and its audit trail as they were."""
    one = world.appointment()
    path = f"/appointments/{one['id']}"
    world.refused(world.staff.post(f"{path}/status", {"status": "completed"}), 409, "illegal_transition")
    world.invalid(world.staff.post(f"{path}/status", {"status": "confirmed", "extra": 1}), "extra")
    treatment = {"service_id": world.priced(10000, 0), "quantity": 1}
    world.refused(world.staff.post(f"{path}/treatments", treatment), 409, "not_treatable")
    world.refused(world.staff.post(f"{path}/invoice", {}), 409, "not_completed")
    world.equal(world.staff.get(path).expect(200).body, one.body, "the appointment")
    world.equal(world.audit("appointment", one["id"]), [], "the audit trail")


@check("GEN-41")
def what_is_refused_at_an_invoice_changes_nothing(world: World) -> None:
    """Payments that are refused, and a second invoice, leave invoice and appointment as they were."""
    one = world.billable()
    invoice = world.invoice(one["id"])
    shows = world.staff.get(f"/appointments/{one['id']}").needed(200).body
    path = f"/invoices/{invoice['id']}"
    payment = {"amount_cents": 10001, "method": "cash"}
    world.refused(world.staff.post(f"{path}/payments", payment, {"Idempotency-Key": "k"}), 409, "exceeds_balance")
    world.invalid(world.staff.post(f"{path}/payments", {"amount_cents": 1, "method": "cash", "extra": 1}), "extra")
    world.refused(world.staff.post(f"/appointments/{one['id']}/invoice", {}), 409, "already_invoiced")
    treatment = {"service_id": world.priced(10000, 0), "quantity": 1}
    world.refused(world.staff.post(f"/appointments/{one['id']}/treatments", treatment), 409, "already_invoiced")
    world.equal(world.staff.get(path).expect(200).body, invoice.body, "the invoice")
    world.equal(world.staff.get(f"/appointments/{one['id']}").expect(200).body, shows, "the appointment")
    world.equal([row["action"] for row in world.audit("invoice", invoice["id"])], ["invoice.issued"], "the audit trail")
