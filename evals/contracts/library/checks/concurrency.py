"""Requests at once: 60 pairs that race for one thing, and two bursts.

Between them the pairs find a lock or a constraint that is missing: each comes right after the one before, so that the
server is warm, and what the winner got is given back for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.library.checks.making import DUE, World

_PAIRS, _BURST = 10, 4
Call = Callable[[], Reply]


def _race(world: World, calls: Sequence[Call], winners: int, code: str, won: int = 201) -> list[Reply]:
    """Send them at once; assert that so many are answered ``won`` and each other 409 with this code; the winners."""
    replies = world.together(*calls)
    for reply in replies:
        if reply.expect(won, 409).status == 409:
            world.refused(reply, 409, code)
    made = [reply for reply in replies if reply.status == won]
    world.equal(len(made), winners, f"number of answers {won} of {len(replies)} at once")
    return made


def _loans(world: World, books: Sequence[Json], users: Sequence[Json]) -> list[Call]:
    bodies = [{"book_id": book, "user_id": user, "due_on": DUE} for book, user in zip(books, users, strict=True)]
    return [partial(world.librarian.post, "/loans", body) for body in bodies]


@check("USR-06", "GEN-27")
def one_of_two_users_gets_the_email(world: World) -> None:
    """Of users at once with one email, in whatever case, one is registered and can log in."""
    for _ in range(_PAIRS):  # only pairs: passwords are hashed two at a time, and the first that is through decides
        email = f"{world.word('e')}@mail.test"
        bodies = [world.user_body(email=email), world.user_body(email=email.upper())]
        (winner,) = _race(world, [partial(world.api.post, "/users", body) for body in bodies], 1, "email_taken")
    mine = world.api.bearing(world.token(email))
    one = world.loan(user_id=winner["id"])
    world.finds(mine.get("/loans"), one["id"])


@check("BOK-02", "GEN-27")
def one_of_two_books_gets_the_isbn(world: World) -> None:
    """Of books at once with one isbn, one is made."""
    word, made = world.word(), []
    for _ in range(_PAIRS):
        body = world.book_body(title=word)
        made += _race(world, [partial(world.librarian.post, "/books", body)] * 2, 1, "isbn_taken")
    world.finds(world.librarian.get("/books", search=word), *(one["id"] for one in made))


@check("LOA-02", "LOA-05", "GEN-27")
def one_of_two_loans_of_a_book_to_a_user_is_made(world: World) -> None:
    """Of loans of one book to one user at once, one is made, be there one copy or more."""
    user, plenty, single = world.user()["id"], world.shelf(1)[0], world.book()["id"]
    for book in [plenty] * (_PAIRS - 2) + [single] * 2:
        (winner,) = _race(world, _loans(world, [book] * 2, [user] * 2), 1, "already_lent")
        world.returned(winner["id"])
    world.librarian.get("/loans", user_id=user).expect(200).has(total=_PAIRS)


@check("LOA-06", "LOA-03", "GEN-27")
def one_of_two_users_gets_the_last_copy(world: World) -> None:
    """Of loans of the only copy to two users at once, one is made."""
    book, users = world.book(), world.ids(world.user, 2)
    for _ in range(_PAIRS):
        (winner,) = _race(world, _loans(world, [book["id"]] * 2, users), 1, "no_copy_left")
        world.returned(winner["id"])
    world.available(book["title"], 1)


@check("LOA-06", "LOA-03", "GEN-27")
def as_many_loans_are_made_as_there_are_copies(world: World) -> None:
    """Of four loans at once of a book with two copies, two are made."""
    book, users = world.book(copies=2), world.ids(world.user, _BURST)
    _race(world, _loans(world, [book["id"]] * _BURST, users), 2, "no_copy_left")
    world.available(book["title"], 0)


@check("LOA-07", "LOA-04", "GEN-27")
def one_of_two_books_is_the_users_third(world: World) -> None:
    """Of loans of two books at once to a user who has two, one is made."""
    user, books = world.user()["id"], world.shelf(4)
    for book in books[2:]:
        world.loan(book_id=book, user_id=user)
    for _ in range(_PAIRS):
        (winner,) = _race(world, _loans(world, books[:2], [user] * 2), 1, "limit_reached")
        world.returned(winner["id"])


@check("LOA-07", "LOA-04", "GEN-27")
def as_many_loans_are_made_as_the_limit_allows(world: World) -> None:
    """Of four loans at once of different books to one user, three are made, and are what the list shows."""
    user = world.user()["id"]
    made = _race(world, _loans(world, world.shelf(_BURST), [user] * _BURST), 3, "limit_reached")
    world.finds(world.librarian.get("/loans", user_id=user), *sorted(one["id"] for one in made))


@check("LOA-16", "GEN-27")
def one_of_two_returns_happens(world: World) -> None:
    """Of returns of one loan at once, one is made, and its day and fee are what the list shows."""
    body = world.loan_body(due_on="2031-01-01")
    for _ in range(_PAIRS):
        one = world.librarian.post("/loans", body).needed(201)["id"]
        post = partial(world.librarian.post, f"/loans/{one}/return")
        calls = [partial(post, {"returned_on": f"2031-02-0{day}"}) for day in (1, 2)]
        (winner,) = _race(world, calls, 1, "already_returned", won=200)
    shown = world.librarian.get("/loans", user_id=body["user_id"]).expect(200)["items"]
    world.equal(shown[-1], winner.body, "the last loan")


@check("GEN-27", "LOA-01")
def crossing_loans_all_succeed(world: World) -> None:
    """Loans at once of three books to two users, with copies for all and within the limit, are all made."""
    (first, second), books = world.ids(world.user, 2), world.shelf(3)
    calls = _loans(world, [*books, *reversed(books)], [first] * 3 + [second] * 3)
    for reply in world.together(*(call for pair in zip(calls[:3], calls[3:], strict=True) for call in pair)):
        reply.expect(201)


@check("GEN-27")
def reading_and_writing_at_once_goes_well(world: World) -> None:
    """Reads and writes of all kinds at once, none in the way of another, all succeed."""
    one, (book,), user = world.loan(), world.shelf(1), world.user()
    calls_and_statuses: list[tuple[Call, int]] = [
        (partial(world.api.post, "/users", world.user_body()), 201),
        (partial(world.api.post, "/sessions", {"email": user["email"], "password": user.sent["password"]}), 201),
        (partial(world.librarian.post, "/books", world.book_body()), 201),
        (_loans(world, [book], [user["id"]])[0], 201),
        (partial(world.librarian.post, f"/loans/{one['id']}/return", {}), 200),
        (partial(world.librarian.get, "/books", in_stock="true"), 200),
        (partial(world.librarian.get, "/loans", status="open"), 200),
        (partial(world.librarian.get, "/reports/overdue", day="2031-03-03"), 200),
    ]
    replies = world.together(*(call for call, _ in calls_and_statuses))
    for reply, (_, status) in zip(replies, calls_and_statuses, strict=True):
        reply.expect(status)
