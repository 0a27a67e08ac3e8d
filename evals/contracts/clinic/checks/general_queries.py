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
_NO_WORDS: tuple[Json, ...] = ("Upper", "two words", "a" * 31, "under_score", "a\n")
QUERIES = {
    "patients": Query(
        path="/patients",
        single={"search": "x", "match": "any", "limit": "5"},
        many={"tag": "x"},
        outside={
            "match": ("some", "ANY", "any "),
            "search": ("x" * 101,),
            "tag": (*_NO_WORDS, ["fine", "NOT"], ["x", ""]),
        },
    ),
    "practitioners": Query(
        path="/practitioners", single={"specialty": "x", "limit": "5"}, outside={"specialty": _NO_WORDS}
    ),
    "rooms": Query(path="/rooms", single={"limit": "5"}),
    "services": Query(path="/services", single={"limit": "5"}),
    "appointments": Query(
        path="/appointments",
        single={**_IDS, **_INSTANTS, "limit": "5"},
        many={"status": "scheduled"},
        outside={"status": ("Scheduled", "open", ["scheduled", "x"], ["scheduled", ""])},
    ),
    "audit": Query(
        path="/audit",
        single={"entity": "patient", "entity_id": "1", "user_id": "1", "limit": "5"},
        outside={"entity": ("user", "room", "Patient", "patient.created")},
    ),
    "revenue": Query(
        path="/reports/revenue",
        single={**_DAYS, "group_by": "day", "practitioner_id": "1"},
        needed=_DAYS,
        outside={"group_by": ("week", "Day", "day ")},
    ),
    "utilisation": Query(path="/reports/utilisation", single=_INSTANTS, needed=_INSTANTS),
}


@check_each("GEN-25", over=QUERIES)
def an_unknown_parameter_is_refused(world: World, query: Query) -> None:
    """A parameter that the operation does not have is refused by its name, beside good ones too."""
    world.invalid(query.ask(world, extra="1"), "extra")
    world.invalid(query.ask(world, **query.single, sort="id", Limit="1"), "sort", "Limit")


@check("GEN-25")
def a_parameter_of_another_list_is_refused(world: World) -> None:
    """A parameter that only other operations have is as unknown as any."""
    for key, name in (("rooms", "search"), ("patients", "status"), ("appointments", "search"), ("audit", "from")):
        world.invalid(QUERIES[key].ask(world, **{name: "x"}), name)
    for name in ("limit", "cursor"):
        for key in ("revenue", "utilisation"):
            world.invalid(QUERIES[key].ask(world, **{name: "1"}), name)


@check_each("GEN-26", over=QUERIES)
def an_empty_parameter_is_refused(world: World, query: Query) -> None:
    """Each parameter with an empty value is refused, one alone and all together."""
    names = [*query.single, *query.many, *(["cursor"] if query.pages else [])]
    world.invalid(query.ask(world, **{names[0]: ""}), names[0])
    world.invalid(query.ask(world, **dict.fromkeys(names, "")), *names)


@check_each("GEN-26", over=QUERIES)
def a_parameter_given_twice_is_refused(world: World, query: Query) -> None:
    """Each parameter that is no array is refused when it is there twice, also with one value."""
    twice = {name: [value, value] for name, value in query.single.items()}
    world.invalid(query.ask(world, **twice), *twice)
    for name, value in query.many.items():
        query.ask(world, **{name: [value, value]}).expect(200)


@check("GEN-26", "GEN-35")
def a_cursor_given_twice_is_refused(world: World) -> None:
    """A good cursor is refused when it is there twice."""
    specialty = world.word()
    for _ in range(2):
        world.practitioner(specialties=[specialty])
    cursor = world.staff.get("/practitioners", specialty=specialty, limit=1).expect(200)["next_cursor"]
    fine = {"specialty": specialty, "limit": 1}
    world.invalid(world.staff.get("/practitioners", **fine, cursor=[cursor, cursor]), "cursor")
    world.staff.get("/practitioners", **fine, cursor=cursor).expect(200)


@check_each("GEN-27", over={key: query for key, query in QUERIES.items() if query.integers})
def what_is_no_decimal_integer_is_refused(world: World, query: Query) -> None:
    """Other than decimal digits are refused in each parameter that is an integer."""
    for text in NO_INTEGERS:
        world.invalid(query.ask(world, **dict.fromkeys(query.integers, text)), *query.integers)


@check_each("GEN-08", over={key: query for key, query in QUERIES.items() if query.pages})
def a_limit_is_from_1_to_100(world: World, query: Query) -> None:
    """`limit` is refused outside 1 to 100, each of these being allowed."""
    for limit in (0, 101):
        world.invalid(query.ask(world, limit=limit), "limit")
    for limit in (1, 100):
        page = query.ask(world, limit=limit).expect(200)
        world.equal(len(page["items"]), min(limit, page["total"]), "the number of items")


@check_each("GEN-08", over={key: query for key, query in QUERIES.items() if set(query.integers) - {"limit"}})
def an_id_in_a_query_is_from_1_to_2147483647(world: World, query: Query) -> None:
    """Each filter by id is refused outside these limits, each of them being allowed."""
    names = [name for name in query.integers if name != "limit"]
    for number in (0, -1, 2147483648, 10**25):
        world.invalid(query.ask(world, **dict.fromkeys(names, number)), *names)
    for number in (1, 2147483647):
        query.ask(world, **dict.fromkeys(names, number)).expect(200)


@check_each("GEN-08", over={key: query for key, query in QUERIES.items() if query.outside})
def values_of_a_query_outside_their_limits_are_refused(world: World, query: Query) -> None:
    """What is no value of a list, no word or too long is refused; in an array it is named once."""
    for name, values in query.outside.items():
        for value in values:
            world.invalid(query.ask(world, **{name: value}), name)
    query.ask(world, **query.single, **query.many).expect(200)


@check_each("GEN-04", over={key: query for key, query in QUERIES.items() if query.needed})
def a_required_parameter_that_is_missing_is_refused(world: World, query: Query) -> None:
    """A report without `from` or `to` is refused, naming what is missing."""
    for name in query.needed:
        world.invalid(query.ask(world, **{name: None}), name)
    world.invalid(query.ask(world, **dict.fromkeys(query.needed)), *query.needed)


@check_each("GEN-35", over={key: query for key, query in QUERIES.items() if query.pages})
def a_cursor_that_the_server_did_not_make_is_refused(world: World, query: Query) -> None:
    """Any text that is no cursor is refused."""
    for cursor in NO_CURSORS:
        world.invalid(query.ask(world, cursor=cursor), "cursor")


@check("GEN-30")
def a_filter_by_an_id_that_is_not_there_finds_nothing(world: World) -> None:
    """Filtering by an id that belongs to nothing is no error: nothing is found."""
    for name in _IDS:
        world.finds(world.staff.get("/appointments", **{name: NOBODY}))
    for filters in ({"user_id": NOBODY}, {"entity": "patient", "entity_id": NOBODY}, {"entity_id": NOBODY}):
        world.finds(world.manager.get("/audit", **filters))


@check("GEN-30")
def a_revenue_of_a_practitioner_that_is_not_there_is_empty(world: World) -> None:
    """The revenue of a practitioner that is not there has no rows and totals of 0."""
    report = QUERIES["revenue"].ask(world, practitioner_id=NOBODY).expect(200)
    report.has({"rows": [], "totals.gross_cents": 0, "totals.invoices": 0})


@check("GEN-29")
def filters_of_patients_must_all_hold(world: World) -> None:
    """A patient is listed when name and tag match, not when one of them does."""
    word, tag = world.word(), world.word()
    both = world.patient(name=word, tags=[tag])
    world.patient(name=word)
    world.patient(tags=[tag])
    world.finds(world.staff.get("/patients", search=word, tag=tag), both["id"])


@check("GEN-29")
def filters_of_appointments_must_all_hold(world: World) -> None:
    """An appointment is listed when each filter holds, not when one of them does not."""
    times = {"starts_at": world.at(0), "ends_at": world.at(30)}
    one, other = world.confirmed(**times), world.confirmed(**times)
    ids = {f"{name}_id": one[f"{name}.id"] for name in ("patient", "practitioner", "room")}
    filters: dict[str, Json] = {**ids, "status": "confirmed", "from": world.at(0), "to": world.at(60)}
    world.finds(world.staff.send("GET", "/appointments", query=filters), one["id"])
    misses: dict[str, dict[str, Json]] = {name: {name: other[name.replace("_id", ".id")]} for name in ids}
    misses["status"] = {"status": ["scheduled", "completed", "cancelled", "no_show"]}
    misses["from"], misses["to"] = {"from": world.at(30)}, {"from": world.at(-60), "to": world.at(0)}
    for miss in misses.values():
        world.finds(world.staff.send("GET", "/appointments", query={**filters, **miss}))


@check("GEN-29")
def filters_of_the_audit_trail_must_all_hold(world: World) -> None:
    """A row is listed when entity, id and user match, not when one of them does not."""
    manager, staff = world.session.manager["id"], world.session.staff["id"]
    one = world.patient()["id"]
    filters = {"entity": "patient", "entity_id": one, "user_id": staff}
    world.equal(world.manager.get("/audit", **filters).expect(200)["total"], 1, "the number of rows")
    for name, value in {"entity": "invoice", "entity_id": NOBODY, "user_id": manager}.items():
        world.finds(world.manager.get("/audit", **{**filters, name: value}))
