"""The requests whose SQL statements are counted: lists, the report, writes."""

from __future__ import annotations

from collections.abc import Callable

from evals.behaviour.asking import Json, Reply
from evals.contracts.library.checks.making import World

_LENT = 3
"""Open loans of each user, and loans of each book: they are fetched for all things at once, or it shows."""


def prepare(world: World, rows: int) -> list[tuple[str, Callable[[], Reply]]]:
    """Make so many books and users, three open loans of each, and as many returned ones; return the requests by name.

    Args:
        world: of an application that was just started.
        rows: how many of each, at least 3.

    Raises:
        SetupFailed: the application does not make them.
    """
    books = world.ids(lambda: world.book(copies=_LENT + 1), rows)
    for at, user in enumerate(world.ids(world.user, rows)):
        world.returned(world.loan(book_id=books[at], user_id=world.session.member["id"])["id"])
        for step in range(_LENT):
            world.loan(book_id=books[(at + step) % rows], user_id=user)
    return [*_reads(world), *_writes(world, books)]


def _reads(world: World) -> list[tuple[str, Callable[[], Reply]]]:
    def get(path: str, **query: Json) -> tuple[str, Callable[[], Reply]]:
        name = " ".join([f"GET {path}", *(f"{key}={value}" for key, value in query.items())])
        return name, lambda: world.librarian.get(path, **query).needed(200)

    return [
        get("/books", limit=100),
        get("/books", search="book", in_stock="true", limit=100),
        get("/loans", limit=100),
        get("/loans", status="open", limit=100),
        ("GET /loans of a member", lambda: world.member.get("/loans", limit=100).needed(200)),
        get("/reports/overdue", day="2031-12-31"),
    ]


def _writes(world: World, books: list[int]) -> list[tuple[str, Callable[[], Reply]]]:
    user = world.user()["id"]
    lent: list[int] = []

    def lend() -> Reply:
        reply = world.loan(book_id=books[len(lent)], user_id=user)
        lent.append(reply["id"])
        return reply

    return [
        ("POST /users", world.user),
        ("POST /books", world.book),
        ("POST /loans", lend),
        ("POST /loans/{id}/return", lambda: world.returned(lent.pop())),
    ]
