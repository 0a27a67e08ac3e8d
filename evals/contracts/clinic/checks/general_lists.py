"""Lists in general: the size of pages, `total`, `next_cursor`, and walks along a list that changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from evals.behaviour.asking import Client, Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.making import World


@dataclass(kw_only=True)
class Rows:
    """A list, and the rows of a check at its end."""

    client: Client
    path: str
    add: Callable[[int], Json]
    """Makes the row of a number, from 0 on, behind those of lower numbers; what tells it from others."""
    filters: Mapping[str, Json] = field(default_factory=dict)
    """Show the rows of the check alone; where there are none, those of others come first."""
    tell: Callable[[Mapping[str, Json]], Json] = lambda item: item["id"]
    """The same of an item."""
    others: int = 0

    def page(self, limit: int | None = None, cursor: str | None = None) -> Reply:
        """Ask for a page."""
        return self.client.send("GET", self.path, query={**self.filters, "limit": limit, "cursor": cursor}).expect(200)

    def told(self, page: Reply) -> list[Json]:
        """What tells the items of a page."""
        return [self.tell(item) for item in page["items"]]

    def beginning(self) -> str | None:
        """The cursor behind the rows of others."""
        cursor, left = None, self.others
        while left:
            page = self.page(min(left, 100), cursor)
            cursor, left = page["next_cursor"], left - len(page["items"])
        return cursor


def _patients(world: World) -> Rows:
    word = world.word()
    return Rows(
        client=world.staff,
        path="/patients",
        add=lambda number: world.patient(name=f"{9 - number} {word}")["id"],
        filters={"search": word},
    )


def _practitioners(world: World) -> Rows:
    word = world.word()
    return Rows(
        client=world.staff,
        path="/practitioners",
        add=lambda number: world.practitioner(name=f"{9 - number}", specialties=[word])["id"],
        filters={"specialty": word},
    )


def _rooms(world: World) -> Rows:
    rows = Rows(client=world.staff, path="/rooms", add=lambda number: world.room(name=f"{9 - number}")["id"])
    rows.others = rows.page(1)["total"]
    return rows


def _services(world: World) -> Rows:
    rows = Rows(client=world.staff, path="/services", add=lambda number: world.service(name=f"{9 - number}")["id"])
    rows.others = rows.page(1)["total"]
    return rows


def _appointments(world: World) -> Rows:
    """In pairs that start together, so that half of them are told apart by their ids only."""
    patient = world.patient()["id"]
    places = [{"practitioner_id": world.practitioner()["id"], "room_id": world.room()["id"]} for _ in range(2)]

    def add(number: int) -> Json:
        start = 60 * (number // 2)
        times = {"starts_at": world.at(start), "ends_at": world.at(start + 30)}
        return world.appointment(patient_id=patient, **places[number % 2], **times)["id"]

    return Rows(client=world.staff, path="/appointments", add=add, filters={"patient_id": patient})


def _audit(world: World) -> Rows:
    """The changes of a service, told by its new price."""
    one = world.service(price_cents=0)["id"]

    def add(number: int) -> Json:
        if number:
            world.manager.patch(f"/services/{one}", {"price_cents": number}).needed(200)
        return number

    return Rows(
        client=world.manager,
        path="/audit",
        add=add,
        filters={"entity": "service", "entity_id": one},
        tell=lambda item: item["changes"]["price_cents"]["new"],
    )


LISTS: dict[str, Callable[[World], Rows]] = {
    "patients": _patients,
    "practitioners": _practitioners,
    "rooms": _rooms,
    "services": _services,
    "appointments": _appointments,
    "audit": _audit,
}


def _walk(rows: Rows, limits: Sequence[int], cursor: str | None) -> list[Json]:
    """What tells the rows from a cursor to the end, by pages of these sizes, the last of them repeated."""
    told: list[Json] = []
    for turn in range(50):
        page = rows.page(limits[min(turn, len(limits) - 1)], cursor)
        told += rows.told(page)
        cursor = page["next_cursor"]
        if cursor is None:
            return told
    raise page.failure("`next_cursor` does not become null")


@check_each("GEN-31", "GEN-33", "GEN-32", over=LISTS)
def pages_are_full_and_the_last_has_no_cursor(world: World, make: Callable[[World], Rows]) -> None:
    """Four rows come as 3 and 1, or as 4, `total` being the same on every page."""
    rows = make(world)
    made = [rows.add(number) for number in range(4)]
    start, total = rows.beginning(), rows.others + 4
    for sizes in ((3, 1), (4,)):
        cursor, left = start, made
        for size in sizes:
            page = rows.page(sizes[0], cursor).has(total=total)
            world.equal(rows.told(page), left[:size], "the page")
            cursor, left = page["next_cursor"], left[size:]
            world.that((cursor is None) == (not left), f"next_cursor is null when nothing follows; {len(left)} follow")


@check_each("GEN-34", "GEN-31", over=LISTS)
def rows_that_are_added_leave_the_others_in_place(world: World, make: Callable[[World], Rows]) -> None:
    """Rows that are added between two pages, and another `limit`, make no other row vanish or come twice."""
    rows = make(world)
    made = [rows.add(number) for number in range(4)]
    page = rows.page(1, rows.beginning())
    added = [rows.add(4)]
    told = rows.told(page) + _walk(rows, (2, 100), page["next_cursor"])
    world.equal([one for one in told if one not in added], made, "the rows that were there all the while")


@check_each("GEN-31", over=LISTS)
def a_page_has_20_rows_by_default(world: World, make: Callable[[World], Rows]) -> None:
    """Without `limit` a page has 20 rows."""
    rows = make(world)
    rows.filters = {}
    for number in range(21 - rows.page(1)["total"]):
        rows.add(number)
    page = rows.page()
    world.equal(len(page["items"]), 20, "the number of items")
    world.that(page["next_cursor"] is not None, "there is a next page")


@check_each(
    "GEN-32", "GEN-33", over={key: LISTS[key] for key in ("patients", "practitioners", "appointments", "audit")}
)
def rows_that_do_not_match_do_not_count(world: World, make: Callable[[World], Rows]) -> None:
    """`total` and `next_cursor` know only rows that match, though others come before, between and after."""
    ours, theirs = make(world), make(world)
    made = []
    for number in range(2):
        theirs.add(number)
        made.append(ours.add(number))
    theirs.add(2)
    page = ours.page(2).has(total=2, next_cursor=None)
    world.equal(ours.told(page), made, "the page")


@check("GEN-31", "GEN-32", "GEN-33")
def a_list_without_rows_is_empty(world: World) -> None:
    """No row: no items, no cursor, a total of 0."""
    empty: dict[str, Json] = {"items": [], "next_cursor": None, "total": 0}
    for path, filters in (
        ("/patients", {"search": world.word()}),
        ("/patients", {"tag": world.word()}),
        ("/practitioners", {"specialty": world.word()}),
        ("/appointments", {"patient_id": world.patient()["id"]}),
        ("/audit", {"user_id": world.user()["id"]}),
    ):
        world.equal(world.manager.get(path, **filters).expect(200).body, empty, f"the answer to {path}")


@check("GEN-34")
def deleted_rows_take_no_others_with_them(world: World) -> None:
    """Patients deleted between two pages, the last one shown included, make no other vanish or come twice."""
    rows = _patients(world)
    made = [rows.add(number) for number in range(6)]
    page = rows.page(2)
    for one in (made[0], made[1], made[3]):
        world.staff.delete(f"/patients/{one}").needed(204)
    world.equal(rows.told(page), made[:2], "the first page")
    world.equal(_walk(rows, (2,), page["next_cursor"]), [made[2], made[4], made[5]], "the rows after it")


@check("GEN-34")
def rows_added_in_front_push_no_others_back(world: World) -> None:
    """Appointments added between two pages, before, between and behind, make no other vanish or come twice."""
    ids = {"practitioner_id": world.practitioner()["id"], "room_id": world.room()["id"]}

    def add(hour: int) -> Json:
        times = {"starts_at": world.at(60 * hour), "ends_at": world.at(60 * hour + 60)}
        return world.appointment(**ids, **times)["id"]

    made = [add(hour) for hour in (10, 20, 30, 40, 50)]
    rows = Rows(client=world.staff, path="/appointments", add=add, filters={"room_id": ids["room_id"]})
    page = rows.page(2)
    added = [add(hour) for hour in (5, 15, 25, 60)]
    told = rows.told(page) + _walk(rows, (2,), page["next_cursor"])
    world.equal([one for one in told if one not in added], made, "the appointments that were there all the while")


@check("GEN-34", "GEN-22")
def a_walk_crosses_equal_instants(world: World) -> None:
    """Many rows of one instant are walked row by row, each once, in the order of their ids."""
    patient = world.patient()["id"]
    times = {"starts_at": world.at(0), "ends_at": world.at(30)}
    made = [world.appointment(patient_id=patient, **times)["id"] for _ in range(4)]
    rows = Rows(client=world.staff, path="/appointments", add=lambda number: None, filters={"patient_id": patient})
    world.equal(_walk(rows, (1,), None), made, "the appointments")
