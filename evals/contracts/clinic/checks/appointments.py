"""Appointments: made without overlap, and moved from status to status."""

from __future__ import annotations

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

_OVERLAPS = ((60, 120), (30, 61), (119, 150), (75, 90), (30, 150), (60, 61), (119, 120))
"""Minutes of what overlaps an appointment from minute 60 to 120: the same, its first minute, its last one, inside,
around, from its start, until its end."""
_WAYS: dict[str, tuple[str, ...]] = {
    "scheduled": (),
    "confirmed": ("confirmed",),
    "completed": ("confirmed", "completed"),
    "cancelled": ("cancelled",),
    "no_show": ("confirmed", "no_show"),
}
"""How an appointment gets into each status."""


def _span(world: World, start: int, end: int) -> dict[str, str]:
    return {"starts_at": world.at(start), "ends_at": world.at(end)}


def _post(world: World, *bodies: dict[str, Json]) -> Reply:
    return world.staff.post("/appointments", {name: value for body in bodies for name, value in body.items()})


@check("APT-01")
def a_new_appointment_is_scheduled_and_bare(world: World) -> None:
    """A new appointment shows what it brings together, is scheduled, and has no treatments and no invoice."""
    patient, practitioner, room = world.patient(), world.practitioner(), world.room()
    ids = {"patient_id": patient["id"], "practitioner_id": practitioner["id"], "room_id": room["id"]}
    one = _post(world, ids, _span(world, 0, 45)).expect(201)
    one.has(status="scheduled", treatments=[], invoice_id=None, starts_at=world.at(0), ends_at=world.at(45))
    for name, made in {"patient": patient, "practitioner": practitioner, "room": room}.items():
        one.has({name: {"id": made["id"], "name": made["name"]}})


@check("APT-02", "GEN-22")
def an_appointment_ends_after_it_starts(world: World) -> None:
    """An end at the start or before it is refused, told by the moment and not by the text."""
    ward = world.ward()
    for start, end in (
        ("2031-03-03T10:00:00Z", "2031-03-03T10:00:00Z"),
        ("2031-03-03T10:00:00Z", "2031-03-03T09:59:00Z"),
        ("2031-03-03T10:00:00Z", "2031-03-03T12:00:00+02:00"),
        ("2031-03-03T10:00:00Z", "2031-03-03T10:30:00+02:00"),
        ("2031-03-03T23:30:00-01:00", "2031-03-04T00:15:00Z"),
    ):
        world.invalid(_post(world, ward, {"starts_at": start, "ends_at": end}), "ends_at")


@check("APT-02")
def an_appointment_lasts_eight_hours_at_most(world: World) -> None:
    """8 hours are accepted and a minute more is refused, across midnight and offsets too."""
    place = world.place()
    for start, longest, beyond in (
        ("2031-03-03T08:00:00Z", "2031-03-03T16:00:00Z", "2031-03-03T16:01:00Z"),
        ("2031-03-03T22:00:00-02:00", "2031-03-04T08:00:00Z", "2031-03-04T08:01:00Z"),
        ("2031-03-05T20:00:00Z", "2031-03-06T06:00:00+02:00", "2031-03-06T06:01:00+02:00"),
    ):
        world.invalid(_post(world, place, {"starts_at": start, "ends_at": beyond}), "ends_at")
        _post(world, place, {"starts_at": start, "ends_at": longest}).expect(201)


def _refuses_overlaps(world: World, shared: str) -> None:
    """An appointment refuses whatever overlaps it and has what is called ``shared`` in common, and nothing else."""
    one, other = world.crowd(2)
    _post(world, one, _span(world, 60, 120)).needed(201)
    for start, end in _OVERLAPS:
        body = {**other, shared: one[shared], **_span(world, start, end)}
        world.refused(_post(world, body), 409, "slot_taken")
    window = {"from_": world.at(0), "to": world.at(180)}
    world.staff.get("/appointments", **{shared: one[shared]}, **window).expect(200).has(total=1)


@check("APT-03")
def a_practitioner_is_in_one_place_at_a_time(world: World) -> None:
    """Whatever overlaps an appointment of the same practitioner is refused, by a single minute too."""
    _refuses_overlaps(world, "practitioner_id")


@check("APT-04")
def a_room_is_used_once_at_a_time(world: World) -> None:
    """Whatever overlaps an appointment in the same room is refused, by a single minute too."""
    _refuses_overlaps(world, "room_id")


@check("APT-03", "APT-04")
def every_status_but_cancelled_keeps_the_slot(world: World) -> None:
    """Scheduled, confirmed, completed and missed appointments all keep the time of practitioner and room."""
    one, other = world.crowd(2)
    for hour, status in enumerate(("scheduled", "confirmed", "completed", "no_show")):
        span = _span(world, 60 * hour, 60 * hour + 60)
        world.appointment(*_WAYS[status], **one, **span)
        for shared in ("practitioner_id", "room_id"):
            world.refused(_post(world, other, {shared: one[shared]}, span), 409, "slot_taken")


@check("APT-03", "APT-04", "GEN-22")
def overlap_is_about_moments(world: World) -> None:
    """What overlaps by its moment is refused, though its clock or its date is another."""
    one, other = world.place(), world.ward()
    taken = {"starts_at": "2031-03-10T23:30:00-05:00", "ends_at": "2031-03-11T00:30:00-05:00"}
    _post(world, one, taken).needed(201)
    for start, end in (
        ("2031-03-11T05:00:00Z", "2031-03-11T06:00:00Z"),
        ("2031-03-11T10:59:00+05:30", "2031-03-11T12:00:00+05:30"),
        ("2031-03-10T17:00:00-11:00", "2031-03-10T17:31:00-11:00"),
    ):
        for shared in ("practitioner_id", "room_id"):
            body = {**other, shared: one[shared], "starts_at": start, "ends_at": end}
            world.refused(_post(world, body), 409, "slot_taken")


@check("APT-05")
def back_to_back_is_no_overlap(world: World) -> None:
    """With the same practitioner and room, one may start when another ends, end when it starts, and fill a gap."""
    place = world.ward()
    for start, end in ((60, 120), (30, 60), (120, 150), (180, 240), (150, 180)):
        _post(world, place, _span(world, start, end)).expect(201)


@check("APT-05", "GEN-22")
def back_to_back_is_about_moments(world: World) -> None:
    """What touches another by its moment only, or by its clock only, is accepted."""
    place = world.place()
    for start, end in (
        ("2031-03-10T23:30:00-05:00", "2031-03-11T00:30:00-05:00"),
        ("2031-03-10T23:30:00Z", "2031-03-11T00:30:00Z"),
        ("2031-03-11T11:00:00+05:30", "2031-03-11T11:30:00+05:30"),
        ("2031-03-11T17:00:00+13:00", "2031-03-11T17:30:00+13:00"),
    ):
        _post(world, place, {"starts_at": start, "ends_at": end}).expect(201)


@check("APT-06")
def a_patient_may_have_overlapping_appointments(world: World) -> None:
    """Two appointments of one patient at one time are accepted when practitioners and rooms differ."""
    for place in world.crowd(2):
        _post(world, place, _span(world, 0, 60)).expect(201).has({"patient.id": place["patient_id"]})


@check("APT-07")
def the_past_is_like_the_future(world: World) -> None:
    """An appointment years ago is made, keeps its slot, is moved, treated, invoiced and listed like any other."""
    place, ago = world.crowd(2)[1], {"starts_at": "2001-02-03T04:00:00Z", "ends_at": "2001-02-03T05:00:00Z"}
    one = _post(world, place, ago).expect(201).has(status="scheduled")
    world.refused(_post(world, place, ago), 409, "slot_taken")
    path = f"/appointments/{one['id']}"
    for status in ("confirmed", "completed"):
        world.staff.post(f"{path}/status", {"status": status}).expect(200).has(status=status)
    service = world.priced(10000, 1900)
    world.staff.post(f"{path}/treatments", {"service_id": service, "quantity": 1}).expect(201)
    world.staff.post(f"{path}/invoice", {}).expect(201)
    window = {"from_": "2001-02-03T00:00:00Z", "to": "2001-02-04T00:00:00Z"}
    listed = world.staff.get("/appointments", practitioner_id=place["practitioner_id"], **window).expect(200)
    listed.has({"total": 1, "items.0.id": one["id"]})


@check("APT-07")
def a_slot_in_the_past_can_be_freed(world: World) -> None:
    """An appointment years ago can be cancelled, and its slot taken again."""
    place, ago = world.ward(), {"starts_at": "2002-02-03T04:00:00Z", "ends_at": "2002-02-03T05:00:00Z"}
    one = _post(world, place, ago).needed(201)
    world.staff.post(f"/appointments/{one['id']}/status", {"status": "cancelled"}).expect(200).has(status="cancelled")
    _post(world, place, ago).expect(201)


@check("APT-13", "GEN-16")
def an_appointment_can_be_read(world: World) -> None:
    """Reading an appointment shows it as it was made."""
    one = world.appointment()
    read = world.staff.get(f"/appointments/{one['id']}").expect(200)
    world.equal(read.body, one.body, "the appointment that was read")


@check("APT-13")
def an_appointment_shows_the_current_name(world: World) -> None:
    """Once a patient is renamed, appointments show the new name, read and listed."""
    one = world.appointment(**{**world.ward(), "patient_id": world.patient()["id"]})
    patient, name = one["patient.id"], f"Renamed {world.word()}"
    world.staff.patch(f"/patients/{patient}", {"name": name}).needed(200)
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(patient={"id": patient, "name": name})
    listed = world.staff.get("/appointments", patient_id=patient).expect(200)
    listed.has({"items.0.patient": {"id": patient, "name": name}})


@check("APT-14", "GEN-16")
def legal_changes_happen(world: World) -> None:
    """Each of the five legal changes is answered with the changed appointment, as it is read afterwards."""
    for way in (("confirmed", "completed"), ("confirmed", "no_show"), ("confirmed", "cancelled"), ("cancelled",)):
        one = world.appointment()
        path = f"/appointments/{one['id']}"
        for status in way:
            moved = world.staff.post(f"{path}/status", {"status": status}).expect(200)
            world.equal(moved.body, {**one.body, "status": status}, f"the appointment that became {status}")
        world.equal(world.staff.get(path).expect(200).body, moved.body, "what is read then")


@check("APT-14")
def a_change_leaves_other_appointments_alone(world: World) -> None:
    """A change of status changes that appointment only."""
    one, other = world.appointment(), world.shared("scheduled", world.appointment)
    world.staff.post(f"/appointments/{one['id']}/status", {"status": "confirmed"}).expect(200)
    world.staff.get(f"/appointments/{other}").expect(200).has(status="scheduled")


def _refuses_changes(world: World, status: str, *wanted: str) -> None:
    one = world.appointment(*_WAYS[status])
    for after in wanted:
        reply = world.staff.post(f"/appointments/{one['id']}/status", {"status": after})
        world.refused(reply, 409, "illegal_transition")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(status=status)


@check("APT-15")
def a_scheduled_appointment_is_confirmed_first(world: World) -> None:
    """From scheduled nothing leads to scheduled, completed or no-show."""
    _refuses_changes(world, "scheduled", "scheduled", "completed", "no_show")


@check("APT-15")
def a_confirmed_appointment_stays_so_or_ends(world: World) -> None:
    """From confirmed nothing leads back to scheduled or to confirmed again."""
    _refuses_changes(world, "confirmed", "scheduled", "confirmed")


@check("APT-15")
def a_completed_appointment_is_final(world: World) -> None:
    """From completed nothing leads to any of the five."""
    _refuses_changes(world, "completed", *_WAYS)


@check("APT-15")
def a_cancelled_appointment_is_final(world: World) -> None:
    """From cancelled nothing leads to any of the five."""
    _refuses_changes(world, "cancelled", *_WAYS)


@check("APT-15")
def a_missed_appointment_is_final(world: World) -> None:
    """From no-show nothing leads to any of the five."""
    _refuses_changes(world, "no_show", *_WAYS)


@check("APT-16")
def cancelling_frees_the_slot(world: World) -> None:
    """The slot of an appointment that was cancelled while scheduled or while confirmed can be taken again, once."""
    place = world.ward()
    for hour, way in enumerate((("cancelled",), ("confirmed", "cancelled"))):
        span = _span(world, 60 * hour, 60 * hour + 60)
        world.appointment(*way, **place, **span)
        _post(world, place, span).expect(201)
        world.refused(_post(world, place, span), 409, "slot_taken")


@check("APT-16", "APT-03")
def only_the_cancelled_slot_is_free(world: World) -> None:
    """What overlaps a cancelled appointment and one that is not is refused."""
    place = world.ward()
    world.appointment("cancelled", **place, **_span(world, 0, 60))
    world.appointment(**place, **_span(world, 60, 120))
    world.refused(_post(world, place, _span(world, 30, 61)), 409, "slot_taken")
    _post(world, place, _span(world, 30, 60)).expect(201)


@check("APT-16")
def many_cancelled_appointments_share_a_slot(world: World) -> None:
    """A slot can be taken and freed again and again."""
    place, span = world.ward(), _span(world, 0, 30)
    for _ in range(2):
        one = _post(world, place, span).expect(201)
        world.staff.post(f"/appointments/{one['id']}/status", {"status": "cancelled"}).expect(200)
    _post(world, place, span).expect(201)
