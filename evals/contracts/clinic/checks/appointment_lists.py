"""Lists of appointments: their order, their filters, and what each item shows."""

from __future__ import annotations

from collections.abc import Iterable

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def _listed(world: World, wanted: Iterable[int], **filters: Json) -> None:
    """Assert which appointments these filters find, in which order."""
    ids = list(wanted)
    page = world.staff.get("/appointments", **filters).expect(200).has(total=len(ids))
    world.equal([one["id"] for one in page["items"]], ids, f"ids of the appointments with {filters}")


def _row(world: World, place: dict[str, int], spans: Iterable[tuple[int, int]]) -> list[int]:
    """Ids of appointments at these minutes."""
    made = (world.appointment(**place, starts_at=world.at(start), ends_at=world.at(end)) for start, end in spans)
    return [one["id"] for one in made]


def _same_instants(world: World) -> tuple[int, list[int]]:
    """A patient with six appointments at three instants, made out of order; their ids in the order of the list."""
    patient: int = world.patient()["id"]
    places = world.crowd(3)
    ids = []
    for at, start, end in ((2, 120, 180), (1, 60, 110), (2, 60, 100), (0, 60, 90), (0, 0, 60), (1, 120, 125)):
        body = {**places[at], "patient_id": patient, "starts_at": world.at(start), "ends_at": world.at(end)}
        ids.append(world.staff.post("/appointments", body).needed(201)["id"])
    return patient, [ids[at] for at in (4, 1, 2, 3, 0, 5)]


@check("APT-08", "GEN-34")
def appointments_are_listed_by_start_then_id(world: World) -> None:
    """Appointments are listed by start, then id, whatever their end, also where a page ends between equal starts."""
    patient, ids = _same_instants(world)
    _listed(world, ids, patient_id=patient)
    items = world.pages(world.staff, "/appointments", 2, patient_id=patient)
    world.equal([one["id"] for one in items], ids, "ids on pages of two")


@check("APT-08", "GEN-34")
def appointments_made_between_pages_shift_nothing(world: World) -> None:
    """Rows that are added before or behind, or cease to match, between two pages do not move the others."""
    place = world.ward()
    first, second, third, fourth = _row(world, place, [(60, 90), (90, 120), (120, 150), (150, 180)])
    wanted: dict[str, Json] = {"practitioner_id": place["practitioner_id"], "status": ["scheduled", "confirmed"]}
    wanted |= {"from_": world.at(0), "to": world.at(300)}
    page = world.staff.get("/appointments", limit=2, **wanted).expect(200)
    world.equal([one["id"] for one in page["items"]], [first, second], "ids on the first page")
    _row(world, place, [(0, 30), (30, 60)])
    (last,) = _row(world, place, [(180, 210)])
    world.moved(first, "cancelled")
    rest = world.staff.get("/appointments", limit=10, cursor=page["next_cursor"], **wanted).expect(200)
    world.equal([one["id"] for one in rest["items"]], [third, fourth, last], "ids on the second page")
    rest.has(total=6, next_cursor=None)


@check("APT-09", "GEN-29")
def appointments_are_found_by_patient_practitioner_and_room(world: World) -> None:
    """Each of the three ids finds the appointments that have it, several find those that have them all."""
    places = world.crowd(2)
    patients = [world.patient()["id"], world.patient()["id"]]
    practitioners, rooms = ([place[name] for place in places] for name in ("practitioner_id", "room_id"))
    ids = []
    for number, (patient, practitioner, room) in enumerate(((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))):
        place = {
            "patient_id": patients[patient],
            "practitioner_id": practitioners[practitioner],
            "room_id": rooms[room],
        }
        span = {"starts_at": world.at(30 * number), "ends_at": world.at(30 * number + 30)}
        ids.append(world.appointment(**place, **span)["id"])
    time = {"from_": world.at(0), "to": world.at(120)}
    _listed(world, ids[:2], patient_id=patients[0])
    _listed(world, [ids[1], ids[3]], practitioner_id=practitioners[1], **time)
    _listed(world, [ids[0], ids[3]], room_id=rooms[0], **time)
    _listed(world, [ids[2]], patient_id=patients[1], practitioner_id=practitioners[0])
    _listed(world, [ids[1]], patient_id=patients[0], room_id=rooms[1])
    _listed(world, [ids[3]], practitioner_id=practitioners[1], room_id=rooms[0], **time)
    _listed(world, [], patient_id=patients[0], practitioner_id=practitioners[0], room_id=rooms[1])


@check("APT-10")
def appointments_are_found_by_status(world: World) -> None:
    """One status finds what has it, several find what has any of them, each once."""
    place = world.place()
    ways: dict[str, tuple[str, ...]] = {
        "no_show": ("confirmed", "no_show"),
        "scheduled": (),
        "completed": ("confirmed", "completed"),
        "cancelled": ("cancelled",),
        "confirmed": ("confirmed",),
    }
    ids = {status: world.appointment(*way, **place)["id"] for status, way in ways.items()}
    practitioner = place["practitioner_id"]
    for status in ("scheduled", "no_show"):
        _listed(world, [ids[status]], practitioner_id=practitioner, status=status)
    for some in (["confirmed", "no_show"], ["cancelled", "completed", "scheduled"], ["scheduled"] * 2):
        found = (id_ for status, id_ in ids.items() if status in some)
        _listed(world, found, practitioner_id=practitioner, status=some)
    _listed(world, ids.values(), practitioner_id=practitioner)


@check("APT-11")
def a_window_finds_what_overlaps_it(world: World) -> None:
    """What ends at `from` or starts at `to` is not found, what reaches a minute into the window is."""
    place = world.ward()
    a, b, c, d = _row(world, place, [(0, 60), (60, 120), (120, 180), (240, 300)])
    for start, end, wanted in (
        (60, 120, [b]),
        (59, 121, [a, b, c]),
        (75, 90, [b]),
        (180, 240, []),
        (179, 241, [c, d]),
    ):
        _listed(world, wanted, practitioner_id=place["practitioner_id"], from_=world.at(start), to=world.at(end))


@check("APT-11")
def each_end_of_a_window_works_alone(world: World) -> None:
    """`from` alone finds all that end after it, `to` alone all that start before it."""
    place = world.place()
    a, b, c = _row(world, place, [(0, 60), (60, 120), (120, 180)])
    practitioner = place["practitioner_id"]
    for start, wanted in ((59, [a, b, c]), (60, [b, c])):
        _listed(world, wanted, practitioner_id=practitioner, from_=world.at(start))
    for end, wanted in ((60, [a]), (61, [a, b])):
        _listed(world, wanted, practitioner_id=practitioner, to=world.at(end))


@check("APT-11", "GEN-22")
def a_window_is_about_moments(world: World) -> None:
    """`from` and `to` count by their moment, though their clocks and dates are others."""
    place = world.place()
    spans = (("21:00", "22:00"), ("22:00", "23:00"), ("23:00", "23:30"))
    first, second, third = (
        world.appointment(**place, starts_at=f"2031-05-01T{start}:00Z", ends_at=f"2031-05-01T{end}:00Z")["id"]
        for start, end in spans
    )
    practitioner = place["practitioner_id"]
    _listed(world, [second, third], practitioner_id=practitioner, from_="2031-05-02T00:00:00+02:00")
    _listed(world, [first, second], practitioner_id=practitioner, to="2031-05-01T18:00:00-05:00")
    window = {"from_": "2031-05-02T03:30:00+05:30", "to": "2031-05-01T13:00:00-10:00"}
    _listed(world, [second], practitioner_id=practitioner, **window)


def _near_misses(world: World) -> tuple[dict[str, Json], list[int]]:
    """Filters, and the ids of the two appointments that match them all; of six others each misses one."""
    place, other = world.crowd(2)
    other = {**other, "patient_id": world.patient()["id"]}
    ids = []
    for at, (change, way) in enumerate(
        (
            ((), ()),
            (("patient_id",), ()),
            (("practitioner_id",), ()),
            (("room_id",), ()),
            ((), ("confirmed",)),
            ((), ("cancelled",)),
        )
    ):
        span = {"starts_at": world.at(60 + 30 * at), "ends_at": world.at(90 + 30 * at)}
        changed = {name: other[name] for name in change}
        ids.append(world.appointment(*way, **{**place, **changed, **span})["id"])
    for start in (0, 240):
        world.appointment(**place, starts_at=world.at(start), ends_at=world.at(start + 60))
    filters = {**place, "status": ["scheduled", "cancelled"], "from_": world.at(60), "to": world.at(240)}
    return filters, [ids[0], ids[5]]


@check("APT-09", "APT-10", "APT-11", "GEN-29")
def all_filters_together_must_hold(world: World) -> None:
    """Patient, practitioner, room, statuses and window together find only what matches every one, page by page."""
    filters, ids = _near_misses(world)
    _listed(world, ids, **filters)
    first = world.staff.get("/appointments", limit=1, **filters).expect(200)
    first.has({"items.0.id": ids[0], "total": 2})
    second = world.staff.get("/appointments", limit=1, cursor=first["next_cursor"], **filters).expect(200)
    second.has({"items.0.id": ids[1], "total": 2, "next_cursor": None})


@check("APT-12", "GEN-32")
def listed_appointments_are_shown_in_full(world: World) -> None:
    """Each is listed and counted once and as it is read, with its treatments and its invoice, paid in parts."""
    place, service = {**world.ward(), "practitioner_id": world.practitioner()["id"]}, world.priced(10000, 1900)
    ids = []
    for statuses, quantities in ((("confirmed", "completed"), (1, 2)), (("confirmed",), (3,)), ((), ())):
        ids.append(world.appointment(*statuses, **place)["id"])
        for quantity in quantities:
            world.treatment(ids[-1], service_id=service, quantity=quantity)
    bill = world.invoice(ids[0])["id"]
    for amount in (10, 20):
        world.payment(bill, amount_cents=amount)
    page = world.staff.get("/appointments", practitioner_id=place["practitioner_id"]).expect(200).has(total=3)
    world.equal([one["id"] for one in page["items"]], ids, "ids in the list")
    world.equal([len(one["treatments"]) for one in page["items"]], [2, 1, 0], "numbers of treatments in the list")
    for one in page["items"]:
        read = world.staff.get(f"/appointments/{one['id']}").expect(200)
        world.equal(one, read.body, "the listed appointment")
