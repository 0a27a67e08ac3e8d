"""What survives a stop, and a kill right after an answer."""

from __future__ import annotations

from collections.abc import Callable

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.library.checks.making import DUE, PASSWORD, World

Question = tuple[str, dict[str, Json]]
"""Path and query of a GET."""


def _questions(world: World) -> list[Question]:
    """GETs of every kind, about a user with a history, and what all share."""
    one = world.loan(book_id=world.book(copies=2)["id"])
    world.returned(one["id"], returned_on="2031-03-12")
    world.loan(user_id=one["user.id"], due_on="2031-03-11")
    cursor = world.librarian.get("/books", limit=1).needed(200)["next_cursor"]
    return [
        ("/books", {"limit": 3, "cursor": cursor}),
        ("/books", {"search": one["book.title"]}),
        ("/loans", {"user_id": one["user.id"]}),
        ("/reports/overdue", {"day": "2031-03-20"}),
    ]


def _answers(world: World, questions: list[Question]) -> list[Json]:
    return [world.librarian.send("GET", path, query=query).expect(200).body for path, query in questions]


@check("GEN-26", "USR-04", restart=True)
def everything_is_there_after_a_stop_and_a_start(world: World) -> None:
    """Every GET answers as before, with a token and a cursor from before; users log in, new ones are members."""
    user, questions = world.user(), _questions(world)
    before = _answers(world, questions)
    world.restart()
    for (path, query), was, now in zip(questions, before, _answers(world, questions), strict=True):
        world.equal(now, was, f"the answer to GET {path} {query} after the restart")
    world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    world.api.post("/users", world.user_body()).expect(201).has(role="member")


@check("GEN-26", restart=True)
def what_was_answered_survives_a_kill(world: World) -> None:
    """Changes of every kind are there when the process is killed right after the answers."""
    one, free, borrower = world.loan(), world.book(), world.user()
    user, book = world.user_body(), world.book_body()
    loan = {"book_id": free["id"], "user_id": borrower["id"], "due_on": DUE}
    changes: list[Callable[[], Reply]] = [
        lambda: world.api.post("/users", user),
        lambda: world.librarian.post("/books", book),
        lambda: world.librarian.post("/loans", loan),
        lambda: world.librarian.post(f"/loans/{one['id']}/return", {"returned_on": "2031-03-12"}),
    ]
    replies = world.together(*changes)
    world.restart(kill=True)
    for reply in replies:
        reply.expect(200, 201)
    world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    found = world.finds(world.librarian.get("/books", search=book["title"]), replies[1]["id"])
    world.equal(found["items.0"], replies[1].body, "the new book")
    for reply in replies[2:]:
        found = world.finds(world.librarian.get("/loans", user_id=reply["user.id"]), reply["id"])
        world.equal(found["items.0"], reply.body, "the loan")
    world.available(free["title"], 0)
