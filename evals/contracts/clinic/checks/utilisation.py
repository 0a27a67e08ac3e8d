"""Utilisation: what of each practitioner's time is booked within a window."""

from __future__ import annotations

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def _rows(world: World, start: str, end: str, *practitioners: int) -> list[Json]:
    """Id, minutes and appointments of these practitioners, in the order of the report."""
    report = world.manager.get("/reports/utilisation", from_=start, to=end).expect(200)
    rows = [(row["practitioner"]["id"], row["booked_minutes"], row["appointments"]) for row in report["rows"]]
    return [list(row) for row in rows if row[0] in practitioners]


def _booked(world: World, practitioner: int, window: tuple[int, int], minutes: int, appointments: int) -> None:
    """Assert what is booked in a window of minutes."""
    rows = _rows(world, world.at(window[0]), world.at(window[1]), practitioner)
    world.equal(rows, [[practitioner, minutes, appointments]], f"practitioner, minutes and number in {window}")


@check("REP-10")
def every_practitioner_has_a_row(world: World) -> None:
    """Each practitioner has one row, with zeros where nothing is booked, also when all is outside or cancelled."""
    crowd = world.crowd(4)
    busy, idle, cancelled, outside = (place["practitioner_id"] for place in crowd)
    for place, way, start, end in (
        (crowd[0], (), 0, 20),
        (crowd[0], (), 60, 80),
        (crowd[2], ("cancelled",), 60, 120),
        (crowd[3], (), 120, 180),
    ):
        world.appointment(*way, **place, starts_at=world.at(start), ends_at=world.at(end))
    rows = _rows(world, world.at(0), world.at(120), busy, idle, cancelled, outside)
    world.equal(rows, [[busy, 40, 2], [idle, 0, 0], [cancelled, 0, 0], [outside, 0, 0]], "rows of the four")


@check("REP-10")
def utilisation_is_in_order_and_named(world: World) -> None:
    """Rows are in ascending order of the practitioner's id and show the name, one for each of equal names."""
    name = f"Dr {world.word()}"
    ids = [world.practitioner(name=name)["id"] for _ in range(2)]
    report = world.manager.get("/reports/utilisation", from_=world.at(0), to=world.at(60)).expect(200)
    listed = [row["practitioner"]["id"] for row in report["rows"]]
    world.equal(listed, sorted(set(listed)), "ids in the report")
    own = [row for row in report["rows"] if row["practitioner"]["id"] in ids]
    empty = [{"practitioner": {"id": id_, "name": name}, "booked_minutes": 0, "appointments": 0} for id_ in ids]
    world.equal(own, empty, "rows of the two")


@check("REP-11", "REP-12")
def utilisation_is_clipped_at_both_ends(world: World) -> None:
    """Of appointments that reach over an end of the window only the part within counts, each counted once."""
    place = world.ward()
    for start, end in ((-30, 20), (30, 60), (90, 150)):
        world.appointment(**place, starts_at=world.at(start), ends_at=world.at(end))
    practitioner = place["practitioner_id"]
    for window, minutes, appointments in (
        ((0, 120), 20 + 30 + 30, 3),
        ((-100, 300), 140, 3),
        ((19, 91), 1 + 30 + 1, 3),
        ((35, 45), 10, 1),
    ):
        _booked(world, practitioner, window, minutes, appointments)


@check("REP-11", "REP-12")
def what_touches_the_window_is_not_booked(world: World) -> None:
    """An appointment that ends at `from` or starts at `to` counts neither minutes nor as an appointment."""
    place = world.ward()
    for start, end in ((0, 60), (120, 180)):
        world.appointment(**place, starts_at=world.at(start), ends_at=world.at(end))
    practitioner = place["practitioner_id"]
    for window, minutes, appointments in (((60, 120), 0, 0), ((59, 120), 1, 1), ((60, 121), 1, 1)):
        _booked(world, practitioner, window, minutes, appointments)


@check("REP-11", "REP-12")
def utilisation_leaves_out_cancelled_ones_only(world: World) -> None:
    """Scheduled, confirmed, completed and missed appointments count, cancelled ones do not."""
    place = world.ward()
    ways = ((), ("confirmed",), ("confirmed", "completed"), ("confirmed", "no_show"))
    for number, way in enumerate((*ways, ("cancelled",))):
        start = 60 * number
        world.appointment(*way, **place, starts_at=world.at(start), ends_at=world.at(start + 2**number))
    _booked(world, place["practitioner_id"], (0, 600), 1 + 2 + 4 + 8, 4)


@check("REP-11", "PAT-14")
def deleted_patients_keep_their_slots(world: World) -> None:
    """The appointments of a deleted patient stay booked."""
    one = world.appointment(patient_id=world.patient()["id"])
    world.staff.delete(f"/patients/{one['patient.id']}").needed(204)
    rows = _rows(world, one["starts_at"], one["ends_at"], one["practitioner.id"])
    world.equal(rows, [[one["practitioner.id"], 30, 1]], "practitioner, minutes and number")


@check("REP-11", "GEN-22")
def utilisation_is_about_moments(world: World) -> None:
    """Appointments and windows with offsets that cross midnight are compared by their moments."""
    place = world.place()
    practitioner = place["practitioner_id"]
    world.appointment(**place, starts_at="2031-05-01T22:30:00-02:00", ends_at="2031-05-02T05:30:00+04:00")
    for start, end, minutes, appointments in (
        ("2031-05-02T00:00:00Z", "2031-05-03T00:00:00Z", 60, 1),
        ("2031-05-01T00:00:00Z", "2031-05-02T00:00:00Z", 0, 0),
        ("2031-05-02T02:00:00+01:00", "2031-05-02T00:00:00-02:00", 30, 1),
        ("2031-05-02T03:15:00+02:15", "2031-05-01T16:10:00-09:00", 10, 1),
    ):
        rows = _rows(world, start, end, practitioner)
        world.equal(rows, [[practitioner, minutes, appointments]], f"practitioner, minutes and number from {start}")


@check("REP-13", "GEN-22")
def utilisation_says_what_it_is_about(world: World) -> None:
    """The report shows `from` and `to` of the request in UTC."""
    query = {"from_": "2031-05-02T01:30:00+02:00", "to": "2031-05-02T20:00:00-05:30"}
    report = world.manager.get("/reports/utilisation", **query).expect(200)
    report.has({"from": "2031-05-01T23:30:00Z", "to": "2031-05-03T01:30:00Z"})
