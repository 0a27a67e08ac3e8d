"""Query parameters in general: unknown, empty, given twice, out of their limits; filters together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.library.checks.making import EMOJI, NOBODY, World


@dataclass(frozen=True, kw_only=True)
class Query:
    """The parameters of an operation, each with a value that is right."""

    path: str
    fine: Mapping[str, str]
    strange: tuple[str, ...]
    """Parameters that only others have."""
    outside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that are not allowed, beside those of integers and dates."""

    @property
    def integers(self) -> list[str]:
        """The parameters that are integers."""
        return [name for name in self.fine if name == "limit" or name.endswith("_id")]

    def ask(self, world: World, **query: Json) -> Reply:
        """Ask with these."""
        return world.librarian.send("GET", self.path, query=query)


QUERIES = {
    "books": Query(
        path="/books",
        fine={"search": "x", "in_stock": "true", "limit": "5"},
        strange=("status", "user_id", "day", "extra"),
        outside={"in_stock": ("1", "TRUE"), "search": ("x" * 101,)},
    ),
    "loans": Query(
        path="/loans",
        fine={"user_id": "1", "book_id": "1", "status": "open", "limit": "5"},
        strange=("search", "in_stock", "day", "extra"),
        outside={"status": ("Open", "overdue")},
    ),
    "overdue": Query(path="/reports/overdue", fine={"day": "2031-03-03"}, strange=("limit", "cursor", "user_id")),
}
LISTS = {key: QUERIES[key] for key in ("books", "loans")}


@check_each("GEN-03", "GEN-22", over=QUERIES)
def unknown_parameters_are_refused(world: World, query: Query) -> None:
    """Parameters that the operation does not have, but others do, are refused by their names."""
    world.invalid(query.ask(world, **query.fine, **dict.fromkeys(query.strange, "1")), *query.strange)


@check("GEN-03")
def a_report_without_its_day_is_refused(world: World) -> None:
    """The parameter that is required is named when it is missing."""
    world.invalid(world.librarian.get("/reports/overdue"), "day")


@check_each("GEN-14", "GEN-22", over=QUERIES)
def an_empty_parameter_is_refused(world: World, query: Query) -> None:
    """Each parameter with an empty value is refused."""
    names = [*query.fine, *(["cursor"] if query.path in ("/books", "/loans") else [])]
    world.invalid(query.ask(world, **dict.fromkeys(names, "")), *names)


@check_each("GEN-14", "GEN-22", over=QUERIES)
def a_parameter_given_twice_is_refused(world: World, query: Query) -> None:
    """Each parameter is refused when it is there twice, also with one value."""
    world.invalid(query.ask(world, **{name: [value, value] for name, value in query.fine.items()}), *query.fine)


@check("GEN-14")
def a_cursor_given_twice_is_refused(world: World) -> None:
    """A good cursor is refused when it is there twice."""
    word = world.word()
    world.ids(lambda: world.book(title=word), 2)
    cursor = world.librarian.get("/books", search=word, limit=1).expect(200)["next_cursor"]
    world.invalid(world.librarian.get("/books", search=word, limit=1, cursor=[cursor, cursor]), "cursor")


@check_each("GEN-14", "GEN-22", over=LISTS)
def what_is_no_decimal_integer_is_refused(world: World, query: Query) -> None:
    """Other than decimal digits are refused in each parameter that is an integer."""
    for text in ("ten", "5x", "1.5"):
        world.invalid(query.ask(world, **dict.fromkeys(query.integers, text)), *query.integers)


@check_each("GEN-05", "GEN-16", over=LISTS)
def a_limit_is_from_1_to_100(world: World, query: Query) -> None:
    """`limit` is refused outside 1 to 100, each of these being allowed."""
    for limit in (0, 101):
        world.invalid(query.ask(world, limit=limit), "limit")
    for limit in (1, 100):
        page = query.ask(world, limit=limit).expect(200)
        world.equal(len(page["items"]), min(limit, page["total"]), "the number of items")


@check("GEN-05", "GEN-22")
def an_id_in_a_query_is_from_1_to_2147483647(world: World) -> None:
    """Each filter by id is refused outside these limits, each of them being allowed."""
    for number in (0, 2147483648):
        world.invalid(world.librarian.get("/loans", user_id=number, book_id=number), "user_id", "book_id")
    world.librarian.get("/loans", user_id=1, book_id=2147483647).expect(200)


@check_each("GEN-05", over=LISTS)
def values_of_a_query_outside_their_limits_are_refused(world: World, query: Query) -> None:
    """What is no value of a list, or too long, is refused."""
    for name, values in query.outside.items():
        for value in values:
            world.invalid(query.ask(world, **{name: value}), name)


@check("GEN-06", "GEN-05")
def the_length_of_a_search_counts_code_points(world: World) -> None:
    """100 characters of four bytes may be searched for and are found."""
    title = EMOJI * 80 + world.word()[:20].rjust(20, "x")
    one = world.book(title=title)["id"]
    world.finds(world.librarian.get("/books", search=title), one)


@check("GEN-07")
def a_zero_character_in_a_query_is_refused(world: World) -> None:
    """Text with U+0000 is refused in each query parameter that is text."""
    world.invalid(world.librarian.get("/books", search="a\0", in_stock="true\0"), "search", "in_stock")
    world.invalid(world.librarian.get("/loans", status="open\0"), "status")
    world.invalid(world.librarian.get("/reports/overdue", day="2031-03-03\0"), "day")


@check_each("GEN-20", over=LISTS)
def a_cursor_that_the_server_cannot_have_made_is_refused(world: World, query: Query) -> None:
    """Text that is no cursor, or the base64 of JSON without a place in the list, is refused."""
    for cursor in ("not-a-cursor", "\u2603", "eyJhIjoiYiJ9"):
        world.invalid(query.ask(world, cursor=cursor), "cursor")


# Filters.


@check("GEN-15", "LOA-11")
def a_filter_by_an_id_that_is_not_there_finds_nothing(world: World) -> None:
    """Filtering by an id that belongs to nothing is no error: nothing is found."""
    for filters in ({"user_id": NOBODY}, {"book_id": NOBODY}):
        world.finds(world.librarian.get("/loans", **filters))
