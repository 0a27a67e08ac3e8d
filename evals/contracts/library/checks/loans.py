"""Lending: what makes a loan, and what refuses one."""

from __future__ import annotations

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.library.checks.making import DUE, World
from evals.contracts.library.checks.shapes import shaped


def _lend(world: World, book: Json, user: Json) -> Reply:
    return world.librarian.post("/loans", {"book_id": book, "user_id": user, "due_on": DUE})


@check("LOA-01", "LOA-08", "GEN-01")
def a_loan_is_answered_with_book_and_user(world: World) -> None:
    """201 with book, user and day as they are, not returned and free of a fee, though long due; the list shows it."""
    book, user = world.book(), world.user()
    body = {"book_id": book["id"], "user_id": user["id"], "due_on": "2001-01-01"}
    one = shaped(world, world.librarian.post("/loans", body), 201).has(
        due_on="2001-01-01", returned_on=None, fee_cents=0
    )
    one.has(book={"id": book["id"], "title": book["title"]}, user={"id": user["id"], "name": user["name"]})
    found = shaped(world, world.finds(world.librarian.get("/loans", user_id=user["id"]), one["id"]))
    world.equal(found["items.0"], one.body, "the loan in the list")


@check("LOA-02")
def a_book_is_lent_to_a_user_once_at_a_time(world: World) -> None:
    """While the loan is open, another of the same book to the same user is 409 already_lent, whatever is due when."""
    first, second = world.shelf(2)
    one = world.loan(book_id=first)
    world.refused(world.librarian.post("/loans", {**one.sent, "due_on": "2031-05-01"}), 409, "already_lent")
    _lend(world, second, one["user.id"]).expect(201)
    world.returned(one["id"])
    world.librarian.post("/loans", one.sent).expect(201)
    world.refused(world.librarian.post("/loans", one.sent), 409, "already_lent")


@check("LOA-03", "LOA-17", "BOK-05")
def a_book_without_copies_left_is_not_lent(world: World) -> None:
    """As many loans as copies are made; the next is 409 no_copy_left, until one is returned."""
    book, users = world.book(copies=2), world.ids(world.user, 3)
    loans = [_lend(world, book["id"], user).expect(201)["id"] for user in users[:2]]
    world.refused(_lend(world, book["id"], users[2]), 409, "no_copy_left")
    world.available(book["title"], 0)
    world.returned(loans[0])
    world.available(book["title"], 1)
    _lend(world, book["id"], users[2]).expect(201)


@check("LOA-04", "LOA-17")
def a_user_has_three_open_loans_at_most(world: World) -> None:
    """The third open loan is made, whatever was returned before; the fourth is 409 limit_reached until a return."""
    user, *books, fourth = [world.user()["id"], *world.shelf(4)]
    world.returned(world.loan(book_id=books[0], user_id=user)["id"])
    loans = [_lend(world, book, user).expect(201)["id"] for book in books]
    world.refused(_lend(world, fourth, user), 409, "limit_reached")
    world.returned(loans[1])
    _lend(world, fourth, user).expect(201)


@check("LOA-05")
def of_several_reasons_the_first_is_told(world: World) -> None:
    """`already_lent` comes before `no_copy_left`, before `limit_reached` and before both, these in this order."""
    (user, other), (single, gone), (plenty, third) = world.ids(world.user, 2), world.ids(world.book, 2), world.shelf(2)
    world.loan(book_id=single, user_id=user)
    world.refused(_lend(world, single, user), 409, "already_lent")
    for book in (plenty, third):
        world.loan(book_id=book, user_id=user)
    for book in (plenty, single):
        world.refused(_lend(world, book, user), 409, "already_lent")
    world.loan(book_id=gone, user_id=other)
    world.refused(_lend(world, gone, user), 409, "no_copy_left")
