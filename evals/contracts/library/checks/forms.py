"""The request bodies of the contract: of what kind each field is, and what each kind allows and refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.behaviour.asking import Json, Reply
from evals.contracts.library.checks.making import DUE, EMOJI, PASSWORD, World


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a field may hold. Dates and emails have checks of their own for their form."""

    wrong: tuple[Json, ...]
    """Of another JSON type."""
    outside: tuple[Json, ...] = ()
    """Of the right type, but not allowed; next to each limit."""
    within: tuple[Json, ...] = ()
    """Each limit itself, and what is easily refused by mistake."""


def _text(outside: tuple[str, ...] = (), within: tuple[str, ...] = ()) -> Kind:
    return Kind(wrong=(None, 5, ["x"]), outside=outside, within=within)


def _integer(least: int, most: int, within: tuple[int, ...] = ()) -> Kind:
    return Kind(wrong=(None, "5", 1.5, True), outside=(least - 1, most + 1, 10**25), within=within)


TEXT = _text()
ID = _integer(1, 2147483647)
NAME = _text(("", "n" * 101), ("n", EMOJI * 100))
TITLE = _text(("", "t" * 201), ("t", EMOJI * 200))
COPIES = _integer(1, 100, within=(1, 100))
SECRET = _text(
    ("seven77", "p" * 73, "tab\tulator", "f\N{LATIN SMALL LETTER U WITH DIAERESIS}rstlich", "newline8\n"),
    ('~ !"#$%&', "p" * 72),
)
ISBN = Kind(
    wrong=(5, True, ["x"], 9783161484100),
    outside=("978316148410", "97831614841000", "978-316148410", "9783161484100\n", "\N{ARABIC-INDIC DIGIT NINE}" * 13),
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Sends bodies to one place, where a valid one is accepted; a valid loan and return are never sent."""

    send: Callable[[Json], Reply]
    valid: Callable[[], dict[str, Json]]
    """A valid body, a new one each time."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """The body of an operation."""

    open: Callable[[World], Sender]
    """Makes what has to be there, once for all checks that use the form."""
    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    """Members that it does not have, and others do."""


def _user(world: World) -> Sender:
    return Sender(send=lambda body: world.api.post("/users", body), valid=world.user_body)


def _login(world: World) -> Sender:
    good = {"email": world.session.member["email"], "password": PASSWORD}
    return Sender(send=lambda body: world.api.post("/sessions", body), valid=lambda: good)


def _book(world: World) -> Sender:
    return Sender(send=lambda body: world.librarian.post("/books", body), valid=world.book_body)


def _loan(world: World) -> Sender:
    body = {"book_id": world.shelf(1)[0], "user_id": world.session.member["id"], "due_on": DUE}
    return Sender(send=lambda body: world.librarian.post("/loans", body), valid=lambda: body)


def _return(world: World) -> Sender:
    path = f"/loans/{world.open_loan()}/return"
    return Sender(send=lambda body: world.librarian.post(path, body), valid=lambda: {"returned_on": DUE})


FORMS = {
    "user": Form(
        open=_user,
        fields={"email": TEXT, "password": SECRET, "name": NAME},
        required=("email", "password", "name"),
        strange=("id", "role", "created_at"),
    ),
    "login": Form(
        open=_login, fields={"email": TEXT, "password": TEXT}, required=("email", "password"), strange=("name",)
    ),
    "book": Form(
        open=_book,
        fields={"title": TITLE, "isbn": ISBN, "copies": COPIES},
        required=("title", "copies"),
        strange=("id", "available", "Title"),
    ),
    "loan": Form(
        open=_loan,
        fields={"book_id": ID, "user_id": ID, "due_on": TEXT},
        required=("book_id", "user_id", "due_on"),
        strange=("id", "returned_on", "fee_cents"),
    ),
    "return": Form(open=_return, fields={"returned_on": TEXT}, strange=("due_on", "fee_cents")),
}
"""Every operation with a body, by a word for it."""


def by_turns(values: Mapping[str, Sequence[Json]]) -> Iterator[dict[str, Json]]:
    """The first value of each field, the second of each that has a second, and so on."""
    for turn in range(max(map(len, values.values()))):
        yield {name: each[turn] for name, each in values.items() if turn < len(each)}
