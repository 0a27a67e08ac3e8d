"""Lists of loans: their order, who sees which, their filters."""

from __future__ import annotations

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import World


@check("LOA-08")
def loans_are_listed_by_due_day_then_id(world: World) -> None:
    """By the day, then the order of their making, returned or not."""
    user, books = world.user()["id"], world.shelf(4)
    days = ("2031-02-28", "2031-03-10", "2030-12-31", "2031-03-10")
    ids = []
    for book, day in zip(books, days, strict=True):
        ids.append(world.loan(user_id=user, book_id=book, due_on=day)["id"])
        if len(ids) == 1:
            world.returned(ids[0], returned_on="2031-12-01")
    world.finds(world.librarian.get("/loans", user_id=user), *(ids[at] for at in (2, 0, 1, 3)))


@check("LOA-09", "LOA-01")
def a_librarian_sees_the_loans_of_all(world: World) -> None:
    """Without `user_id` loans of a member and of the librarian, who may borrow too, are listed and counted."""
    book, librarian = world.book(copies=2)["id"], world.session.librarian["id"]
    ids = [world.loan(book_id=book)["id"], world.loan(book_id=book, user_id=librarian)["id"]]
    world.finds(world.librarian.get("/loans", book_id=book), *ids)
    world.returned(ids[1])


@check("LOA-10", "LOA-11", "GEN-15")
def a_member_sees_the_own_loans_only(world: World) -> None:
    """Listed and counted are the member's own, on every page and whatever the filters."""
    user, other = world.user(), world.loan(due_on="2031-03-01")
    client = world.api.bearing(world.token(user["email"]))
    own = [world.loan(user_id=user["id"], book_id=book)["id"] for book in world.shelf(2)]
    world.finds(client.get("/loans"), *own)
    client.get("/loans", limit=1).expect(200).has({"total": 2, "items.0.id": own[0]})
    world.finds(client.get("/loans", user_id=other["user.id"]))
    world.finds(client.get("/loans", user_id=user["id"]), *own)
    world.finds(client.get("/loans", book_id=other["book.id"]), own[0])
    world.finds(client.get("/loans", status="open"), *own)


@check("LOA-11", "GEN-15")
def loans_are_found_by_user_and_by_book(world: World) -> None:
    """Each of the two filters finds the loans with this id; together, and with the status, all must hold."""
    user, book = world.user()["id"], world.book(copies=2)["id"]
    both, of_user = world.loan(user_id=user, book_id=book)["id"], world.loan(user_id=user)["id"]
    of_book = world.loan(book_id=book)["id"]
    world.finds(world.librarian.get("/loans", user_id=user), both, of_user)
    world.finds(world.librarian.get("/loans", book_id=book), both, of_book)
    world.finds(world.librarian.get("/loans", user_id=user, book_id=book, status="open"), both)
    world.finds(world.librarian.get("/loans", user_id=user, book_id=book, status="returned"))


@check("LOA-12")
def loans_are_found_by_whether_they_are_returned(world: World) -> None:
    """`open` and `returned` each find theirs, whatever is due when."""
    user, books = world.user()["id"], world.shelf(3)
    days = ("2001-01-01", "2001-01-02", "2098-01-01")
    overdue, back, coming = (
        world.loan(user_id=user, book_id=book, due_on=day)["id"] for book, day in zip(books, days, strict=True)
    )
    world.returned(back)
    world.finds(world.librarian.get("/loans", user_id=user, status="open"), overdue, coming)
    world.finds(world.librarian.get("/loans", user_id=user, status="returned"), back)
