"""Answers in general: their shapes, ids, the server's time, and paths with ids that are none."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import DUE, NOBODY, World


@check("GEN-28", "GEN-01")
def health_answers_without_a_token(world: World) -> None:
    """`GET /health` is 200 with exactly the status `ok`, also with a token that is none."""
    for client in (world.api, world.api.bearing("x.y.z")):
        world.equal(client.get("/health").expect(200).body, {"status": "ok"}, "the body")


# Ids and the server's time.


@check("GEN-11")
def ids_ascend(world: World) -> None:
    """Ids are positive integers, each higher than those before: of users, books, and loans whatever is due when."""
    users = [world.session.librarian["id"], world.session.member["id"], world.user()["id"]]
    books = world.ids(world.book, 2)
    loans = []
    for book, due_on in zip(books, ("2031-03-03", "2031-03-02"), strict=True):
        loans.append(world.loan(book_id=book, user_id=users[2], due_on=due_on)["id"])
    for ids in (users, books, loans):
        world.that(all(type(one) is int and one > 0 for one in ids), f"{ids} are positive integers")
        world.that(ids == sorted(set(ids)), f"{ids} ascend")


@check("GEN-10")
def created_at_is_the_current_time_cut_off(world: World) -> None:
    """`created_at` of a user and of a loan is the second in which it was made."""
    loan = world.loan_body()
    time.sleep((0.7 - time.time()) % 1)  # rounding would show the next second
    for path, client, sent in (("/loans", world.librarian, loan), ("/users", world.api, world.user_body())):
        before = _now()
        reply = client.post(path, sent).expect(201)
        shown, after = reply["created_at"], _now()
        world.that(before <= shown <= after, f"{shown} is between {before} and {after}")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Paths.


@check("GEN-12", "GEN-21")
def an_id_in_a_path_that_is_none_is_not_found(world: World) -> None:
    """An id that belongs to nothing, is out of range or no integer is 404, also when it begins like a good one."""
    one = world.open_loan()
    for text in (NOBODY, 0, -one, 2**32 + one, "abc", f"{one}a", f"{one}.5"):
        world.refused(world.librarian.post(f"/loans/{text}/return", {"returned_on": DUE}), 404, "not_found")


@check("GEN-24", "GEN-21")
def an_unknown_path_is_not_found(world: World) -> None:
    """A path that the document does not have is 404 in the shape of all refusals, whatever the method."""
    for path in ("/", "/books/1", "/reports", "/health/more"):
        world.refused(world.librarian.get(path), 404, "not_found")
    world.refused(world.member.post("/nothing", {}), 404, "not_found")
    world.refused(world.librarian.delete("/books/1"), 404, "not_found")
