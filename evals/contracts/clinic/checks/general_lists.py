"""Lists in general: the size of pages, `total` and `next_cursor`; walks along changing lists are with their groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    """All at one time, so that they are told apart by their ids only."""
    patient = world.patient()["id"]
    return Rows(
        client=world.staff,
        path="/appointments",
        add=lambda number: world.appointment(patient_id=patient, starts_at=world.at(0), ends_at=world.at(30))["id"],
        filters={"patient_id": patient},
    )


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


@check_each("GEN-31", "GEN-33", "GEN-32", over=LISTS)
def pages_are_full_and_the_last_has_no_cursor(world: World, make: Callable[[World], Rows]) -> None:
    """Three rows come as 2 and 1, or as 3, `total` being the same on every page; what does not match is not counted."""
    rows = make(world)
    made = [rows.add(number) for number in range(3)]
    if rows.filters:
        make(world).add(0)
    start, total = rows.beginning(), rows.others + 3
    for sizes in ((2, 1), (3,)):
        cursor, left = start, made
        for size in sizes:
            page = rows.page(sizes[0], cursor).has(total=total)
            world.equal(rows.told(page), left[:size], "the page")
            cursor, left = page["next_cursor"], left[size:]
            world.that((cursor is None) == (not left), f"next_cursor is null when nothing follows; {len(left)} follow")


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


@check("GEN-31", "GEN-32", "GEN-33")
def a_list_without_rows_is_empty(world: World) -> None:
    """No row: no items, no cursor, a total of 0."""
    empty: dict[str, Json] = {"items": [], "next_cursor": None, "total": 0}
    for path, filters in (
        ("/patients", {"search": world.word()}),
        ("/patients", {"tag": world.word()}),
        ("/practitioners", {"specialty": world.word()}),
    ):
        world.equal(world.manager.get(path, **filters).expect(200).body, empty, f"the answer to {path}")
