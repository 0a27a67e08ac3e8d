"""The library as a check sees it: its two users, and builders for whatever a check needs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evals.behaviour import world as behaviour
from evals.behaviour.asking import Client, Json, Reply
from evals.contracts import answers
from evals.contracts.library.checks.signing import parts

PASSWORD = "correct horse 1"
DUE = "2031-03-10"
"""When a loan is due unless it is said otherwise."""
EMOJI = "\N{GRINNING FACE}"
"""One code point, two UTF-16 units, four bytes."""
NOBODY = 2147483647
"""An id that belongs to nothing."""


@dataclass(frozen=True, kw_only=True)
class Session(behaviour.Session):
    """The two users, as registration showed them, and their tokens. Of a librarian who was there only the id."""

    librarian: Mapping[str, Json]
    member: Mapping[str, Json]
    librarian_token: str
    member_token: str
    numbers: Iterator[int] = field(default_factory=itertools.count)
    """Of the ISBNs that are not given out yet."""
    shared: dict[str, int] = field(default_factory=dict)
    """Ids of what ``World.shared`` has made."""


class World(answers.World[Session]):
    """A library's server. A builder sends a valid body, in which any member can be replaced, and wants success."""

    def prepare(self, seeded: tuple[str, str] | None) -> Session:
        """Register a librarian, or log in the one that is there, and a member."""
        tag = f"{int(time.time()):x}" if seeded else ""
        made = {}
        for name in ("member",) if seeded else ("librarian", "member"):
            body = {"email": f"{name}{tag}@library.test", "password": PASSWORD, "name": f"The {name}"}
            made[name] = self.api.post("/users", body).needed(201).body
        member_token = self.token(f"member{tag}@library.test")
        librarian_token = self.token(*(seeded or ("librarian@library.test", PASSWORD)))
        if seeded:
            made["librarian"] = {"id": int(parts(librarian_token)[1]["sub"])}
        return Session(tag=tag, librarian_token=librarian_token, member_token=member_token, **made)

    def token(self, email: str, password: str = PASSWORD) -> str:
        """Log in."""
        token: str = self.api.post("/sessions", {"email": email, "password": password}).needed(201)["token"]
        return token

    @cached_property
    def librarian(self) -> Client:
        """Asks as the librarian."""
        return self.api.bearing(self.session.librarian_token)

    @cached_property
    def member(self) -> Client:
        """Asks as a member, who borrows nothing."""
        return self.api.bearing(self.session.member_token)

    # Valid bodies.

    def isbn(self) -> str:
        """13 digits that no other book of any check has."""
        return f"{int(self.session.tag or '0', 16) * 1000 + next(self.session.numbers):013}"

    def user_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /users."""
        word = self.word("u")
        return {"email": f"{word}@mail.test", "password": PASSWORD, "name": f"User {word}", **fields}

    def book_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /books; one copy."""
        return {"title": f"Book {self.word('b')}", "isbn": self.isbn(), "copies": 1, **fields}

    def loan_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /loans; the first book of the shelf and a new user unless they are given."""
        body: dict[str, Json] = {"due_on": DUE, **fields}
        if "book_id" not in body:
            (body["book_id"],) = self.shelf(1)
        if "user_id" not in body:
            body["user_id"] = self.user()["id"]
        return body

    # What the server then has; each returns the answer to the POST.

    def user(self, **fields: Json) -> Reply:
        """A registered member, with the password ``PASSWORD``."""
        return self.api.post("/users", self.user_body(**fields)).needed(201)

    def book(self, **fields: Json) -> Reply:
        """A book."""
        return self.librarian.post("/books", self.book_body(**fields)).needed(201)

    def loan(self, **fields: Json) -> Reply:
        """An open loan."""
        return self.librarian.post("/loans", self.loan_body(**fields)).needed(201)

    def returned(self, loan_id: int, **fields: Json) -> Reply:
        """The return of a loan."""
        return self.librarian.post(f"/loans/{loan_id}/return", fields).needed(200)

    def ids(self, build: Callable[[], Reply], count: int) -> list[int]:
        """Ids of so many new things."""
        return [build()["id"] for _ in range(count)]

    def shared(self, name: str, build: Callable[[], Reply]) -> int:
        """Id of a thing that checks share which neither change it nor look at it; made when first asked for."""
        ids = self.session.shared
        if name not in ids:
            ids[name] = build()["id"]
        return ids[name]

    def shelf(self, count: int) -> list[int]:
        """Ids of books that all checks lend, each with copies for all of them."""
        return [self.shared(f"book {number}", lambda: self.book(copies=100)) for number in range(count)]

    def open_loan(self) -> int:
        """Id of an open loan of the shelf that no check returns."""
        return self.shared("loan", self.loan)

    # Asserting.

    def available(self, title: str, wanted: int) -> None:
        """Assert how many copies the list shows of the only book that has this in its title."""
        self.librarian.get("/books", search=title).expect(200).has({"total": 1, "items.0.available": wanted})
