"""Lists in general: the size of pages, `total`, `next_cursor`, and walks along a list that changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.library.checks.making import World


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A list, and the rows of a check in it."""

    world: World
    path: str
    filters: Mapping[str, Json]
    """Show the rows of the check alone."""
    add: Callable[[], int]
    """Makes a row behind those that are there; its id. Of loans there may be three."""

    def page(self, limit: int | None = None, cursor: str | None = None) -> Reply:
        """Ask for a page."""
        query = {**self.filters, "limit": limit, "cursor": cursor}
        return self.world.librarian.send("GET", self.path, query=query).expect(200)

    def walk(self, limit: int, cursor: str | None) -> list[int]:
        """The ids of the rows from a cursor to the end."""
        found: list[int] = []
        for _ in range(20):
            page = self.page(limit, cursor)
            found += ids(page)
            cursor = page["next_cursor"]
            if cursor is None:
                return found
        raise page.failure("`next_cursor` does not become null")


def ids(page: Reply) -> list[int]:
    """Of the rows of a page."""
    return [item["id"] for item in page["items"]]


def _books(world: World) -> Rows:
    word = world.word()
    return Rows(world=world, path="/books", filters={"search": word}, add=lambda: world.book(title=word)["id"])


def _loans(world: World, days: str = "10 10 10") -> Rows:
    """Loans of a user, all due on one day unless said otherwise, so that their ids alone tell them apart."""
    user, books, due = world.user()["id"], iter(world.shelf(3)), iter(days.split())

    def add() -> int:
        one: int = world.loan(user_id=user, book_id=next(books), due_on=f"2031-03-{next(due)}")["id"]
        return one

    return Rows(world=world, path="/loans", filters={"user_id": user}, add=add)


LISTS: dict[str, Callable[[World], Rows]] = {"books": _books, "loans": _loans}


@check_each("GEN-16", "GEN-17", "GEN-18", over=LISTS)
def pages_are_full_and_the_last_has_no_cursor(world: World, make: Callable[[World], Rows]) -> None:
    """Three rows, with others between them, come as 2 and 1, or as 3, `total` being the same on every page."""
    rows, others = make(world), make(world)
    made = [rows.add()]
    others.add()
    made += [rows.add(), rows.add()]
    others.add()
    for sizes in ((2, 1), (3,)):
        cursor, left = None, made
        for size in sizes:
            page = rows.page(sizes[0], cursor).has(total=3)
            world.equal(ids(page), left[:size], "the page")
            cursor, left = page["next_cursor"], left[size:]
            world.that((cursor is None) == (not left), f"next_cursor is null when nothing follows; {len(left)} follow")


@check_each("GEN-16", "GEN-18", over={"books": ("/books", World.book), "loans": ("/loans", World.loan)})
def a_page_has_20_rows_by_default(world: World, given: tuple[str, Callable[[World], Reply]]) -> None:
    """Without `limit` a page has 20 rows."""
    path, add = given
    for _ in range(21 - world.librarian.get(path, limit=1).expect(200)["total"]):
        add(world)
    page = world.librarian.get(path).expect(200)
    world.equal(len(page["items"]), 20, "the number of items")
    world.that(page["next_cursor"] is not None, "there is a next page")


@check("GEN-16", "GEN-17", "GEN-18")
def a_list_without_rows_is_empty(world: World) -> None:
    """No row: no items, no cursor, a total of 0."""
    reply = world.librarian.get("/books", search=world.word()).expect(200)
    world.equal(reply.body, {"items": [], "next_cursor": None, "total": 0}, "the answer")


# Walks along lists that change.


@check("GEN-19", "GEN-16")
def books_that_are_added_leave_the_others_in_place(world: World) -> None:
    """A book that is added between two pages, and another `limit`, make no other vanish or come twice."""
    rows = _books(world)
    made = [rows.add(), rows.add()]
    page = rows.page(1)
    added = rows.add()
    found = ids(page) + rows.walk(100, page["next_cursor"])
    world.equal([one for one in found if one != added], made, "the rows that were there all the while")


@check("GEN-19", "BOK-08")
def books_that_cease_to_match_take_no_others_with_them(world: World) -> None:
    """Books lent between two pages, the last one shown included, make no other vanish or come twice."""
    word, user = world.word(), world.user()["id"]
    made = world.ids(lambda: world.book(title=word), 4)
    rows = Rows(world=world, path="/books", filters={"search": word, "in_stock": "true"}, add=lambda: 0)
    page = rows.page(2).has(total=4)
    for one in (made[1], made[2]):
        world.loan(book_id=one, user_id=user)
    world.equal(ids(page), made[:2], "the first page")
    world.equal(rows.walk(2, page["next_cursor"]), [made[3]], "the rows after it")


@check("GEN-19", "LOA-12")
def loans_that_cease_to_match_take_no_others_with_them(world: World) -> None:
    """Open loans returned between two pages, the last one shown included, make no other vanish or come twice."""
    rows = _loans(world, "10 11 12")
    made = [rows.add() for _ in range(3)]
    still_open = Rows(world=world, path="/loans", filters={**rows.filters, "status": "open"}, add=rows.add)
    page = still_open.page(2).has(total=3)
    for one in made[:2]:
        world.returned(one)
    world.equal(still_open.walk(1, page["next_cursor"]), made[2:], "the rows after it")


@check("GEN-19", "LOA-08")
def loans_added_in_front_push_no_others_back(world: World) -> None:
    """Loans added between two pages, before, between and behind, make no other vanish or come twice."""
    rows = _loans(world, "10 20 20")
    made = [rows.add() for _ in range(3)]
    page = rows.page(2)
    world.returned(made[0])  # stays in the list, and the user may have another one
    added = []
    for day in ("05", "15", "20"):
        added.append(world.loan(**rows.filters, due_on=f"2031-03-{day}")["id"])
        world.returned(added[-1])
    found = ids(page) + rows.walk(1, page["next_cursor"])
    world.equal([one for one in found if one not in added], made, "the loans that were there all the while")
