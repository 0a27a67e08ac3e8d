"""The report of overdue loans: which users, how many loans, how many days."""

from __future__ import annotations

from typing import Any

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.library.checks.making import World
from evals.contracts.library.checks.shapes import shaped


def _report(world: World, day: str) -> Reply:
    """The report of a day, after asserting that it adds up."""
    reply = shaped(world, world.librarian.get("/reports/overdue", day=day)).has(day=day)
    world.equal(reply["total_loans"], sum(row["loans"] for row in reply["rows"]), "total_loans")
    return reply


def _row(reply: Reply, user: Json) -> Any:
    """The row of a user, None without one."""
    rows = [row for row in reply["rows"] if row["user"]["id"] == user]
    if len(rows) > 1:
        raise reply.failure(f"user {user} has {len(rows)} rows")
    return rows[0] if rows else None


@check("REP-01", "REP-03", "GEN-01")
def a_loan_is_overdue_from_the_day_after(world: World) -> None:
    """On the day when it is due its user has no row; the day after a row of one day."""
    user = world.user()
    world.loan(user_id=user["id"], due_on="2031-02-28")
    world.equal(_row(_report(world, "2031-02-28"), user["id"]), None, "the row on the day")
    row = {"user": {"id": user["id"], "name": user["name"]}, "loans": 1, "days": 1}
    world.equal(_row(_report(world, "2031-03-01"), user["id"]), row, "the row on the day after")


@check("REP-01")
def rows_are_ordered_by_user(world: World) -> None:
    """One row for each user in the order of their ids, whatever name, loans and order of lending."""
    users, (book, *_) = [world.user(name=name)["id"] for name in ("m", "z", "a")], world.shelf(1)
    for at, due_on in ((2, "2031-01-01"), (0, "2031-01-09"), (1, "2031-01-03")):
        world.loan(book_id=book, user_id=users[at], due_on=due_on)
    ids = [row["user"]["id"] for row in _report(world, "2031-02-01")["rows"]]
    world.equal(ids, sorted(set(ids)), "the ids of the users")
    world.equal([one for one in ids if one in users], users, "the ids of the three users")


@check("REP-02", "REP-03")
def loans_and_days_are_summed_for_each_user(world: World) -> None:
    """Of each user the overdue loans alone count, each with its own days, across leap days."""
    (first, second), books = world.ids(world.user, 2), world.shelf(3)
    world.returned(world.loan(book_id=books[0], user_id=first, due_on="2032-02-27")["id"])
    for book, due_on in zip(books, ("2032-02-27", "2032-02-29", "2032-03-01"), strict=True):
        world.loan(book_id=book, user_id=first, due_on=due_on)
    world.loan(book_id=books[0], user_id=second, due_on="2000-01-01")
    for day, loans, days in (("2032-03-01", 2, 4), ("2032-03-02", 3, 7)):
        row = _row(_report(world, day), first)
        world.equal({"loans": row["loans"], "days": row["days"]}, {"loans": loans, "days": days}, f"the row on {day}")
    row = _row(_report(world, "2099-12-31"), second)
    world.equal({"loans": row["loans"], "days": row["days"]}, {"loans": 1, "days": 36524}, "the row of the other user")


@check("REP-01", "REP-02", "LOA-13")
def returned_loans_are_not_overdue(world: World) -> None:
    """A loan leaves the report with its return, though it was returned after the day; its user when none is left."""
    user = world.user()["id"]
    loans = [world.loan(user_id=user, book_id=book, due_on="2031-01-01")["id"] for book in world.shelf(2)]
    world.returned(loans[0], returned_on="2031-01-20")
    row = _row(_report(world, "2031-01-05"), user)
    world.equal({"loans": row["loans"], "days": row["days"]}, {"loans": 1, "days": 4}, "the row after one return")
    world.returned(loans[1], returned_on="2000-01-01")
    world.equal(_row(_report(world, "2031-01-05"), user), None, "the row after both returns")


@check("REP-01", "REP-04")
def a_report_without_overdue_loans_is_empty(world: World) -> None:
    """Nothing can be overdue on the first of all days: no rows, a total of 0."""
    report = world.librarian.get("/reports/overdue", day="2000-01-01").expect(200)
    world.equal(report.body, {"day": "2000-01-01", "rows": [], "total_loans": 0}, "the report")


@check("REP-04")
def the_total_counts_loans_and_not_users(world: World) -> None:
    """Two loans of one user that become overdue raise the total by two."""
    total, user = _report(world, "2031-01-02")["total_loans"], world.user()["id"]
    for book in world.shelf(2):
        world.loan(book_id=book, user_id=user, due_on="2031-01-01")
    world.equal(_report(world, "2031-01-02")["total_loans"], total + 2, "the total with two more")
