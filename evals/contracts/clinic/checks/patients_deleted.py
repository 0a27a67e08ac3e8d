"""Deleted patients: out of sight, their email free, their appointments as before."""

from __future__ import annotations

from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def deleted(world: World, patient_id: int) -> None:
    """Delete a patient."""
    world.staff.delete(f"/patients/{patient_id}").needed(204)


@check("PAT-06")
def deleted_patients_are_not_found_by_search(world: World) -> None:
    """Neither name nor email of a deleted patient finds it, nor does it count."""
    word = world.word("w")
    gone = world.patient(name=f"Ann {word}", email=f"ann.{word}@mail.test")["id"]
    here = world.patient(name=f"Bea {word}", email=f"bea.{word}@mail.test")["id"]
    world.finds(world.staff.get("/patients", search=word), gone, here)
    deleted(world, gone)
    world.finds(world.staff.get("/patients", search=word), here)
    world.finds(world.staff.get("/patients", search=f"ann.{word}"))


@check("PAT-06", "TAG-02", "TAG-03")
def deleted_patients_are_not_found_by_tags(world: World) -> None:
    """With any and with all, alone and with a search, they are neither listed nor counted."""
    one, two = world.word("a"), world.word("b")
    gone, here = (world.patient(name=one, tags=[one, two])["id"] for _ in "ab")
    deleted(world, gone)
    world.finds(world.staff.get("/patients", tag=[one, two], match="any"), here)
    world.finds(world.staff.get("/patients", tag=[one, two], match="all"), here)
    world.finds(world.staff.get("/patients", tag=two, search=one), here)


@check("PAT-06")
def deleted_patients_are_not_in_the_whole_list(world: World) -> None:
    """Without filters they are not listed, nor counted."""
    gone, here = (world.patient()["id"] for _ in "ab")
    before = world.staff.get("/patients", limit=1).needed(200)["total"]
    deleted(world, gone)
    world.staff.get("/patients", limit=1).expect(200).has(total=before - 1)
    ids = [item["id"] for item in world.pages(world.staff, "/patients", 100)]
    world.equal([one for one in ids if one in (gone, here)], [here], "those of the two that are listed")


@check("PAT-12")
def a_deleted_patient_is_not_found(world: World) -> None:
    """GET, PATCH with and without changes, and DELETE answer 404 not_found."""
    path = f"/patients/{world.patient()['id']}"
    world.staff.delete(path).needed(204)
    world.refused(world.staff.get(path), 404, "not_found")
    world.refused(world.staff.patch(path, {"note": "again"}), 404, "not_found")
    world.refused(world.staff.patch(path, {}), 404, "not_found")
    world.refused(world.staff.delete(path), 404, "not_found")


@check("PAT-12", "GEN-39")
def a_deleted_patient_is_not_found_before_anything_else(world: World) -> None:
    """404 comes before the 422 of a wrong body and the 409 of a taken email."""
    taken = world.patient()["email"]
    path = f"/patients/{world.patient()['id']}"
    world.staff.delete(path).needed(204)
    world.refused(world.staff.patch(path, {"name": 5, "unknown": 1}), 404, "not_found")
    world.refused(world.staff.patch(path, {"email": taken}), 404, "not_found")


@check("PAT-12")
def a_deletion_leaves_other_patients_alone(world: World) -> None:
    """Only the patient of the path is deleted, whatever others share with it."""
    shared = {"name": f"Twin {world.word('w')}", "tags": ["twin"]}
    one, two = (world.patient(**shared) for _ in "ab")
    deleted(world, one["id"])
    world.equal(world.staff.get(f"/patients/{two['id']}").expect(200).body, two.body, "the other patient")


@check("PAT-13")
def the_email_of_a_deleted_patient_is_free_again_and_again(world: World) -> None:
    """Another patient gets it, in any case, and after that one's deletion the next."""
    email = world.patient_body()["email"]
    for sent in (email, email.upper(), email):
        made = world.staff.post("/patients", world.patient_body(email=sent)).expect(201).has(email=sent)
        deleted(world, made["id"])
    last = world.staff.post("/patients", world.patient_body(email=email)).expect(201)
    world.finds(world.staff.get("/patients", search=email), last["id"])


@check("PAT-13")
def a_patch_may_take_the_email_of_a_deleted_patient(world: World) -> None:
    """A patient who is there already gets it, too."""
    gone, here = world.patient(), world.patient()
    deleted(world, gone["id"])
    email = gone["email"].upper()
    world.staff.patch(f"/patients/{here['id']}", {"email": email}).expect(200).has(email=email)


@check("PAT-13", "PAT-02")
def a_freed_email_is_taken_by_its_next_owner(world: World) -> None:
    """The email of a deleted patient that another has now is refused to a third, in POST and in PATCH."""
    email = world.patient_body()["email"]
    deleted(world, world.patient(email=email)["id"])
    world.patient(email=email)
    body = world.patient_body(email=email.upper())
    world.refused(world.staff.post("/patients", body), 409, "email_taken")
    third = world.shared("changed patient", world.patient)
    world.refused(world.staff.patch(f"/patients/{third}", {"email": email}), 409, "email_taken")


@check("PAT-14", "PAT-11")
def appointments_of_a_deleted_patient_stay_as_they_are(world: World) -> None:
    """The deletion is answered 204 with nothing; by GET and in lists they are as before, with the patient's name."""
    name = f"Ann {world.word('w')}"
    patient = world.patient(name=name)["id"]
    one = world.appointment(patient_id=patient)
    two = world.billable(patient_id=patient)
    world.payment(world.invoice(two["id"])["id"])
    paths = [f"/appointments/{one['id']}", f"/appointments/{two['id']}"]
    before = [world.staff.get(path).needed(200).body for path in paths]
    world.equal(world.staff.delete(f"/patients/{patient}").expect(204).text, "", "the body of the answer")
    for path, body in zip(paths, before, strict=True):
        reply = world.staff.get(path).expect(200).has({"patient.id": patient, "patient.name": name})
        world.equal(reply.body, body, "the appointment")
    listed = world.finds(world.staff.get("/appointments", patient_id=patient), one["id"], two["id"])
    world.equal(listed["items"], before, "the appointments in the list")
    window = {"from_": one["starts_at"], "to": one["ends_at"]}
    room = world.staff.get("/appointments", room_id=one["room.id"], **window)
    world.finds(room, one["id"]).has({"items.0.patient.name": name})


@check("PAT-14")
def appointments_of_a_deleted_patient_keep_their_slots(world: World) -> None:
    """One that overlaps such an appointment is 409 slot_taken, for the practitioner and for the room."""
    ward, other = world.crowd(2)
    sent = world.appointment(patient_id=world.patient()["id"]).sent
    deleted(world, sent["patient_id"])
    for shared in ("room_id", "practitioner_id"):
        body = {**sent, **other, shared: ward[shared]}
        world.refused(world.staff.post("/appointments", body), 409, "slot_taken")


@check("PAT-14")
def an_appointment_of_a_deleted_patient_goes_its_way_to_the_end(world: World) -> None:
    """Confirmed, treated, completed, invoiced and paid, after the patient was deleted."""
    name = f"Ann {world.word('w')}"
    one = world.appointment(patient_id=world.patient(name=name)["id"])
    deleted(world, one["patient.id"])
    path = f"/appointments/{one['id']}"
    world.staff.post(f"{path}/status", {"status": "confirmed"}).expect(200).has({"patient.name": name})
    body = {"service_id": world.priced(500, 0), "quantity": 2}
    world.staff.post(f"{path}/treatments", body).expect(201).has(net_cents=1000)
    world.staff.post(f"{path}/status", {"status": "completed"}).expect(200).has(status="completed")
    invoice = world.staff.post(f"{path}/invoice", {}).expect(201)
    invoice.has({"patient.id": one["patient.id"], "patient.name": name, "gross_cents": 1000})
    pay = {"amount_cents": 1000, "method": "cash"}
    world.staff.post(f"/invoices/{invoice['id']}/payments", pay).expect(201).has(balance_cents=0)
    world.staff.get(f"/invoices/{invoice['id']}").expect(200).has({"patient.name": name, "status": "paid"})


@check("PAT-14")
def an_appointment_of_a_deleted_patient_can_be_cancelled(world: World) -> None:
    """Cancelled it frees its slot, as any other does."""
    sent = world.appointment_body(patient_id=world.patient()["id"])
    one = world.staff.post("/appointments", sent).needed(201)
    deleted(world, sent["patient_id"])
    change = world.staff.post(f"/appointments/{one['id']}/status", {"status": "cancelled"})
    change.expect(200).has(status="cancelled")
    world.staff.post("/appointments", {**sent, "patient_id": world.veteran()}).expect(201)


@check("PAT-14", "PAT-13")
def the_next_owner_of_an_email_has_none_of_the_appointments(world: World) -> None:
    """They stay with the deleted patient, with its name, when another patient has its email and name."""
    gone = world.patient()
    one = world.appointment(patient_id=gone["id"])
    deleted(world, gone["id"])
    heir = world.patient(name="The heir", email=gone["email"])["id"]
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(
        {"patient.id": gone["id"], "patient.name": gone["name"]}
    )
    world.finds(world.staff.get("/appointments", patient_id=heir))
    world.finds(world.staff.get("/appointments", patient_id=gone["id"]), one["id"])
