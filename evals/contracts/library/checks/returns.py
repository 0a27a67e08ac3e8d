"""Returns: the day, the fee, and that a loan is returned once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import World
from evals.contracts.library.checks.shapes import shaped

FEES = {
    ("2031-03-10", "2031-03-10"): 0,
    ("2031-03-10", "2031-03-09"): 0,
    ("2031-03-10", "2031-03-11"): 25,
    ("2032-02-27", "2032-04-01"): 850,
    ("2031-03-01", "2031-04-11"): 1000,
}
"""By the days when a loan is due and returned; one pair spans a leap day and changes of the clocks."""


@check("LOA-13", "LOA-14", "GEN-01")
def a_return_is_answered_with_the_loan(world: World) -> None:
    """200 with the loan, of which day and fee alone have changed, and the list shows it so from then on."""
    one = world.loan()
    reply = shaped(world, world.librarian.post(f"/loans/{one['id']}/return", {"returned_on": "2031-03-12"}))
    world.equal(reply.body, {**one.body, "returned_on": "2031-03-12", "fee_cents": 50}, "the loan")
    found = shaped(world, world.finds(world.librarian.get("/loans", user_id=one["user.id"]), one["id"]))
    world.equal(found["items.0"], reply.body, "the loan in the list")


@check("LOA-13")
def a_return_leaves_other_loans_open(world: World) -> None:
    """Another loan of the same book and another of the same user stay as they are."""
    one = world.loan(book_id=world.book(copies=2)["id"])
    mate, other = world.loan(book_id=one["book.id"])["id"], world.loan(user_id=one["user.id"])["id"]
    world.returned(one["id"])
    for filters, left in (({"book_id": one["book.id"]}, mate), ({"user_id": one["user.id"]}, other)):
        world.finds(world.librarian.get("/loans", status="open", **filters), left)


@check("LOA-14", "LOA-15")
def a_return_without_a_day_is_of_today(world: World) -> None:
    """`{}` is the current day in UTC, and the fee counts up to it."""
    user, before = world.user()["id"], datetime.now(UTC).date()
    for days in (-2, 3):
        due = before - timedelta(days=days)
        one = world.loan(user_id=user, due_on=due.isoformat())["id"]
        reply = world.librarian.post(f"/loans/{one}/return", {}).expect(200)
        day = date.fromisoformat(reply["returned_on"])
        world.that(before <= day <= datetime.now(UTC).date(), f"{day} is the current day")
        reply.has(fee_cents=min(25 * max((day - due).days, 0), 1000))


@check("LOA-15", "LOA-14")
def a_fee_counts_the_days_that_a_return_is_late(world: World) -> None:
    """25 for each day after the day when it was due, at most 1000; nothing on this day or before."""
    body = world.loan_body()
    for (due_on, returned_on), fee in FEES.items():
        one = world.librarian.post("/loans", {**body, "due_on": due_on}).needed(201)["id"]
        reply = world.librarian.post(f"/loans/{one}/return", {"returned_on": returned_on}).expect(200)
        reply.has(due_on=due_on, returned_on=returned_on, fee_cents=fee)


@check("LOA-16", "GEN-25")
def a_loan_is_returned_once(world: World) -> None:
    """The second return is 409 already_returned, with and without a day, and changes neither day nor fee."""
    one = world.loan()
    path = f"/loans/{one['id']}/return"
    first = world.librarian.post(path, {"returned_on": "2031-03-12"}).expect(200)
    for body in ({}, {"returned_on": "2031-03-20"}):
        world.refused(world.librarian.post(path, body), 409, "already_returned")
    found = world.finds(world.librarian.get("/loans", user_id=one["user.id"]), one["id"])
    world.equal(found["items.0"], first.body, "the loan")
