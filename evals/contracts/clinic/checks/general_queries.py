"""Query parameters in general: unknown, empty, given twice, out of their limits; filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.forms import NOBODY
from evals.contracts.clinic.checks.making import World

NO_INTEGERS = ("ten", "5x", "0x5", "1.5")
NO_CURSORS = ("not-a-cursor", "\u2603", "e30")
"""The last is the base64 of an empty object."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """The parameters of an operation, each with a value that is right."""

    path: str
    single: Mapping[str, str]
    many: Mapping[str, str] = field(default_factory=dict)
    """The arrays."""
    needed: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    """Values that are not allowed, beside those of integers."""
    strange: tuple[str, ...] = ("sort", "Limit")
    """Parameters that it does not have."""

    @property
    def pages(self) -> bool:
        """Whether it is a list with pages."""
        return "limit" in self.single

    @property
    def integers(self) -> list[str]:
        """The parameters that are integers."""
        return [name for name in self.single if name == "limit" or name.endswith("_id")]

    def ask(self, world: World, **query: Json) -> Reply:
        """Ask with what is needed and these; None leaves out."""
        return world.manager.send("GET", self.path, query={**self.needed, **query})


_INSTANTS = {"from": "2031-01-01T00:00:00Z", "to": "2032-01-01T00:00:00Z"}
_DAYS = {"from": "2031-01-01", "to": "2031-12-31"}
_IDS = {"patient_id": "1", "practitioner_id": "1", "room_id": "1"}
QUERIES = {
    "patients": Query(
        path="/patients",
        single={"search": "x", "match": "any", "limit": "5"},
        many={"tag": "x"},
        outside={
            "match": ("some", "ANY", "any "),
            "search": ("x" * 101,),
            "tag": ("Upper", "a" * 31, ["fine", "NOT"], ["x", ""]),
        },
        strange=("sort", "status"),
    ),
    "practitioners": Query(
        path="/practitioners",
        single={"specialty": "x", "limit": "5"},
        outside={"specialty": ("Upper", "two words", "a" * 31, "under_score", "a\n")},
        strange=("tag", "name"),
    ),
    "rooms": Query(path="/rooms", single={"limit": "5"}, strange=("search", "offset")),
    "services": Query(path="/services", single={"limit": "5"}),
    "appointments": Query(
        path="/appointments",
        single={**_IDS, **_INSTANTS, "limit": "5"},
        many={"status": "scheduled"},
        outside={"status": ("Scheduled", "open", ["scheduled", "x"], ["scheduled", ""])},
        strange=("search", "sort"),
    ),
    "audit": Query(
        path="/audit",
        single={"entity": "patient", "entity_id": "1", "user_id": "1", "limit": "5"},
        outside={"entity": ("user", "room", "Patient", "patient.created")},
        strange=("from", "action"),
    ),
    "revenue": Query(
        path="/reports/revenue",
        single={**_DAYS, "group_by": "day", "practitioner_id": "1"},
        needed=_DAYS,
        outside={"group_by": ("week", "Day", "day ")},
        strange=("limit", "cursor"),
    ),
    "utilisation": Query(
        path="/reports/utilisation", single=_INSTANTS, needed=_INSTANTS, strange=("limit", "practitioner_id")
    ),
}


@check_each("GEN-25", over=QUERIES)
def an_unknown_parameter_is_refused(world: World, query: Query) -> None:
    """A parameter that the operation does not have, be it one of others, is refused by its name beside good ones."""
    world.invalid(query.ask(world, **query.single, **dict.fromkeys(query.strange, "1")), *query.strange)


@check_each("GEN-26", over=QUERIES)
def an_empty_parameter_is_refused(world: World, query: Query) -> None:
    """Each parameter with an empty value is refused."""
    names = [*query.single, *query.many, *(["cursor"] if query.pages else [])]
    world.invalid(query.ask(world, **dict.fromkeys(names, "")), *names)


@check_each("GEN-26", over=QUERIES)
def a_parameter_given_twice_is_refused(world: World, query: Query) -> None:
    """Each parameter that is no array is refused when it is there twice, also with one value; an array is not."""
    twice = {name: [value, value] for name, value in query.single.items()}
    arrays = {name: [value, value] for name, value in query.many.items()}
    world.invalid(query.ask(world, **twice, **arrays), *twice)


@check("GEN-26", "GEN-35")
def a_cursor_given_twice_is_refused(world: World) -> None:
    """A good cursor is refused when it is there twice."""
    specialty = world.word()
    for _ in range(2):
        world.practitioner(specialties=[specialty])
    cursor = world.staff.get("/practitioners", specialty=specialty, limit=1).expect(200)["next_cursor"]
    reply = world.staff.get("/practitioners", specialty=specialty, limit=1, cursor=[cursor, cursor])
    world.invalid(reply, "cursor")


@check_each("GEN-27", over={key: query for key, query in QUERIES.items() if query.integers})
def what_is_no_decimal_integer_is_refused(world: World, query: Query) -> None:
    """Other than decimal digits are refused in each parameter that is an integer."""
    for turn in range(2):
        start = 2 * (len(query.path) % 2) + turn
        faults = {name: NO_INTEGERS[(start + at) % 4] for at, name in enumerate(query.integers)}
        world.invalid(query.ask(world, **faults), *faults)


@check_each("GEN-08", over={key: query for key, query in QUERIES.items() if query.integers})
def an_integer_outside_its_limits_is_refused(world: World, query: Query) -> None:
    """`limit` is refused outside 1 to 100, a filter by id outside 1 to 2147483647."""
    for limit, number in ((0, 0), (101, 2147483648)):
        values = {name: limit if name == "limit" else number for name in query.integers}
        world.invalid(query.ask(world, **values), *query.integers)


@check_each("GEN-08", "GEN-31", over={key: query for key, query in QUERIES.items() if query.pages})
def a_page_may_have_100_rows(world: World, query: Query) -> None:
    """A `limit` of 100 is allowed, and gives 100 rows or all."""
    page = query.ask(world, limit=100).expect(200)
    world.equal(len(page["items"]), min(100, page["total"]), "the number of items")


@check_each("GEN-08", over={key: query for key, query in QUERIES.items() if query.outside})
def values_of_a_query_outside_their_limits_are_refused(world: World, query: Query) -> None:
    """What is no value of a list, no word or too long is refused; in an array it is named once."""
    for turn in range(max(map(len, query.outside.values()))):
        faults = {name: values[turn] for name, values in query.outside.items() if turn < len(values)}
        world.invalid(query.ask(world, **faults), *faults)


@check_each("GEN-04", over={key: query for key, query in QUERIES.items() if query.needed})
def a_required_parameter_that_is_missing_is_refused(world: World, query: Query) -> None:
    """A report without `from` or `to` is refused, naming what is missing."""
    for missing in (["to"], list(query.needed)):
        world.invalid(query.ask(world, **dict.fromkeys(missing)), *missing)


@check_each("GEN-35", over={key: query for key, query in QUERIES.items() if query.pages})
def a_cursor_that_the_server_did_not_make_is_refused(world: World, query: Query) -> None:
    """Any text that is no cursor is refused."""
    for cursor in (NO_CURSORS[len(query.path) % 2], NO_CURSORS[2]):
        world.invalid(query.ask(world, cursor=cursor), "cursor")


@check("GEN-30")
def a_filter_by_an_id_that_is_not_there_finds_nothing(world: World) -> None:
    """Filtering by an id that belongs to nothing is no error: nothing is found."""
    for name in _IDS:
        world.finds(world.staff.get("/appointments", **{name: NOBODY}))
    for filters in ({"user_id": NOBODY}, {"entity": "patient", "entity_id": NOBODY}, {"entity_id": NOBODY}):
        world.finds(world.manager.get("/audit", **filters))
