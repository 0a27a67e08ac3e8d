"""The hidden behaviour checks of the feature: ``python -m evals.floor.feature.behaviour http://host:port``."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from evals.floor.checks import Api, Suite, at_once, main, ok, same, statuses

SUITE = Suite()
check = SUITE.check

Row = dict[str, Any]


def tool(api: Api) -> Row:
    """A new tool."""
    return dict(api.made("/tools", {"name": f"Saw {api.token()}", "category": "hand"}))


def member(api: Api) -> Row:
    """A new member."""
    word = api.token()
    return dict(api.made("/members", {"name": f"Ada {word}", "email": f"{word}@example.org"}))


def lent(api: Api) -> tuple[Row, Row, Row]:
    """A tool that is out, the loan, and the member who has it."""
    thing, who = tool(api), member(api)
    return thing, dict(api.made("/loans", {"tool_id": thing["id"], "member_id": who["id"]})), who


def reserve(api: Api, thing: Row, who: Row) -> Row:
    """A new reservation."""
    return dict(api.made(f"/tools/{thing['id']}/reservations", {"member_id": who["id"]}))


def queue(api: Api, length: int) -> tuple[Row, Row, list[Row], list[Row]]:
    """A tool that is out, its loan, members who wait for it and their reservations, first in the queue first."""
    thing, loan, _ = lent(api)
    waiting = [member(api) for _ in range(length)]
    return thing, loan, waiting, [reserve(api, thing, who) for who in waiting]


def give_back(api: Api, loan: Row) -> None:
    """Bring a tool back."""
    ok(api.post(f"/loans/{loan['id']}/return"))


def states(api: Api, thing: Row) -> dict[int, str]:
    """Open reservations of a tool: id -> status, the first in the queue first."""
    return {row["id"]: row["status"] for row in ok(api.get(f"/tools/{thing['id']}/reservations"))}


def status_of(api: Api, who: Row, reservation: Row) -> str:
    """The status of a reservation as its member's list tells it."""
    rows = ok(api.get(f"/members/{who['id']}/reservations"))
    return str({row["id"]: row["status"] for row in rows}[reservation["id"]])


@check
def a_tool_that_is_out_can_be_reserved(api: Api) -> None:
    """Answers 201 with `id`, `tool_id`, `member_id`, `status`, `created_at`."""
    thing, _, _ = lent(api)
    who = member(api)
    made = reserve(api, thing, who)
    same(made.keys() >= {"id", "tool_id", "member_id", "status", "created_at"}, True, "has all fields")
    same((made["tool_id"], made["member_id"]), (thing["id"], who["id"]), "tool and member")


@check
def a_new_reservation_is_waiting(api: Api) -> None:
    """The status of a new reservation is `waiting`."""
    thing, _, _, made = queue(api, 1)
    same(made[0]["status"], "waiting", "status")
    same(states(api, thing), {made[0]["id"]: "waiting"}, "listed")


@check
def a_tool_that_is_in_cannot_be_reserved(api: Api) -> None:
    """Only a tool that is out can be reserved (409 otherwise)."""
    thing, who = tool(api), member(api)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": who["id"]}), 409)
    loan = api.made("/loans", {"tool_id": thing["id"], "member_id": member(api)["id"]})
    give_back(api, loan)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": who["id"]}), 409)


@check
def a_tool_that_is_kept_for_somebody_is_not_out(api: Api) -> None:
    """Only a tool that is out can be reserved."""
    thing, loan, _, _ = queue(api, 1)
    give_back(api, loan)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": member(api)["id"]}), 409)


@check
def who_has_the_tool_cannot_reserve_it(api: Api) -> None:
    """And not by the member who has it (409)."""
    thing, _, holder = lent(api)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": holder["id"]}), 409)


@check
def a_member_queues_once(api: Api) -> None:
    """A member has at most one open (`waiting` or `ready`) reservation for a tool (409)."""
    thing, _, waiting, made = queue(api, 1)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": waiting[0]["id"]}), 409)
    same(states(api, thing), {made[0]["id"]: "waiting"}, "open reservations")
    other, _, _ = lent(api)
    reserve(api, other, waiting[0])


@check
def a_member_queues_once_at_the_same_time(api: Api) -> None:
    """Also when two requests arrive at once."""
    for _ in range(6):
        thing, _, _ = lent(api)
        body = {"member_id": member(api)["id"]}
        replies = at_once(*[partial(api.post, f"/tools/{thing['id']}/reservations", body)] * 2)
        same(statuses(replies), [201, 409], "statuses of two equal requests")
        same(len(states(api, thing)), 1, "open reservations")


@check
def members_may_queue_at_the_same_time(api: Api) -> None:
    """A member can queue for a tool that is out."""
    thing, _, _ = lent(api)
    bodies = [{"member_id": member(api)["id"]} for _ in range(4)]
    replies = at_once(*(partial(api.post, f"/tools/{thing['id']}/reservations", body) for body in bodies))
    same(statuses(replies), [201] * 4, "statuses of four members")
    same(len(states(api, thing)), 4, "open reservations")


@check
def after_a_cancelled_reservation_a_new_one_is_made(api: Api) -> None:
    """At most one open (`waiting` or `ready`) reservation."""
    thing, _, waiting, made = queue(api, 1)
    ok(api.delete(f"/reservations/{made[0]['id']}"), 204)
    again = reserve(api, thing, waiting[0])
    same(states(api, thing), {again["id"]: "waiting"}, "open reservations")


@check
def unknown_tool_and_member_are_404(api: Api) -> None:
    """Unknown tool or member: 404."""
    thing, _, _ = lent(api)
    ok(api.post("/tools/999999/reservations", {"member_id": member(api)["id"]}), 404)
    ok(api.post(f"/tools/{thing['id']}/reservations", {"member_id": 999999}), 404)


@check
def the_queue_is_listed_with_members(api: Api) -> None:
    """The first in the queue first, each with the member (`id`, `name`)."""
    thing, _, waiting, made = queue(api, 3)
    rows = ok(api.get(f"/tools/{thing['id']}/reservations"))
    same([row["id"] for row in rows], [row["id"] for row in made], "ids")
    people = [(row["member"]["id"], row["member"]["name"]) for row in rows]
    same(people, [(who["id"], who["name"]) for who in waiting], "members")


@check
def only_open_reservations_are_listed_for_a_tool(api: Api) -> None:
    """Lists the open reservations of the tool."""
    thing, loan, waiting, made = queue(api, 3)
    ok(api.delete(f"/reservations/{made[1]['id']}"), 204)
    give_back(api, loan)
    same(states(api, thing), {made[0]["id"]: "ready", made[2]["id"]: "waiting"}, "after the return")
    api.made("/loans", {"tool_id": thing["id"], "member_id": waiting[0]["id"]})
    same(states(api, thing), {made[2]["id"]: "waiting"}, "after the loan")


@check
def the_queue_of_a_tool_may_be_empty_and_of_an_unknown_one_is_404(api: Api) -> None:
    """Unknown tool: 404."""
    same(ok(api.get(f"/tools/{tool(api)['id']}/reservations")), [], "queue of a new tool")
    ok(api.get("/tools/999999/reservations"), 404)


@check
def the_first_becomes_ready_when_the_tool_is_back(api: Api) -> None:
    """When the tool is brought back, the first waiting reservation becomes `ready`."""
    thing, loan, waiting, made = queue(api, 2)
    give_back(api, loan)
    same(states(api, thing), {made[0]["id"]: "ready", made[1]["id"]: "waiting"}, "the queue")
    same(status_of(api, waiting[0], made[0]), "ready", "in the member's list")


@check
def others_cannot_borrow_what_is_kept(api: Api) -> None:
    """While a reservation is `ready`, only that member can borrow the tool (409 for others)."""
    thing, loan, waiting, made = queue(api, 2)
    give_back(api, loan)
    for who in (waiting[1], member(api)):
        ok(api.post("/loans", {"tool_id": thing["id"], "member_id": who["id"]}), 409)
    same(states(api, thing), {made[0]["id"]: "ready", made[1]["id"]: "waiting"}, "the queue")


@check
def borrowing_fulfils(api: Api) -> None:
    """Borrowing makes it `fulfilled`."""
    thing, loan, waiting, made = queue(api, 1)
    give_back(api, loan)
    api.made("/loans", {"tool_id": thing["id"], "member_id": waiting[0]["id"]})
    same(status_of(api, waiting[0], made[0]), "fulfilled", "status")


@check
def the_queue_moves_on_with_each_return(api: Api) -> None:
    """The first waiting reservation becomes `ready`."""
    thing, loan, waiting, made = queue(api, 2)
    for who, reservation in zip(waiting, made, strict=True):
        give_back(api, loan)
        same(status_of(api, who, reservation), "ready", "status")
        loan = api.made("/loans", {"tool_id": thing["id"], "member_id": who["id"]})
    give_back(api, loan)
    same(states(api, thing), {}, "the queue at the end")
    api.made("/loans", {"tool_id": thing["id"], "member_id": member(api)["id"]})


@check
def an_open_reservation_is_cancelled(api: Api) -> None:
    """Cancels an open reservation (204)."""
    thing, loan, waiting, made = queue(api, 2)
    same(ok(api.delete(f"/reservations/{made[0]['id']}"), 204), None, "body")
    same(status_of(api, waiting[0], made[0]), "cancelled", "status")
    same(states(api, thing), {made[1]["id"]: "waiting"}, "the queue")
    give_back(api, loan)
    same(states(api, thing), {made[1]["id"]: "ready"}, "the queue after the return")


@check
def cancelling_what_was_ready_promotes_the_next(api: Api) -> None:
    """If it was `ready`, the next waiting one becomes `ready`."""
    thing, loan, waiting, made = queue(api, 3)
    give_back(api, loan)
    ok(api.delete(f"/reservations/{made[0]['id']}"), 204)
    same(states(api, thing), {made[1]["id"]: "ready", made[2]["id"]: "waiting"}, "the queue")
    ok(api.post("/loans", {"tool_id": thing["id"], "member_id": waiting[0]["id"]}), 409)
    api.made("/loans", {"tool_id": thing["id"], "member_id": waiting[1]["id"]})


@check
def cancelling_what_was_waiting_promotes_nobody(api: Api) -> None:
    """If it was `ready`."""
    thing, loan, _, made = queue(api, 3)
    give_back(api, loan)
    ok(api.delete(f"/reservations/{made[1]['id']}"), 204)
    same(states(api, thing), {made[0]["id"]: "ready", made[2]["id"]: "waiting"}, "the queue")


@check
def after_the_last_cancellation_the_tool_is_free(api: Api) -> None:
    """While a reservation is `ready`, only that member can borrow the tool."""
    thing, loan, _, made = queue(api, 1)
    give_back(api, loan)
    ok(api.delete(f"/reservations/{made[0]['id']}"), 204)
    api.made("/loans", {"tool_id": thing["id"], "member_id": member(api)["id"]})


@check
def what_is_unknown_cannot_be_cancelled(api: Api) -> None:
    """Unknown: 404."""
    ok(api.delete("/reservations/999999"), 404)


@check
def what_is_closed_cannot_be_cancelled(api: Api) -> None:
    """Already fulfilled or cancelled: 409."""
    thing, loan, waiting, made = queue(api, 2)
    ok(api.delete(f"/reservations/{made[1]['id']}"), 204)
    ok(api.delete(f"/reservations/{made[1]['id']}"), 409)
    give_back(api, loan)
    api.made("/loans", {"tool_id": thing["id"], "member_id": waiting[0]["id"]})
    ok(api.delete(f"/reservations/{made[0]['id']}"), 409)


@check
def a_member_sees_reservations_of_all_statuses(api: Api) -> None:
    """A member's reservations of all statuses, the oldest first, each with the tool (`id`, `name`, `category`)."""
    who = member(api)
    things = []
    for wanted in ("cancelled", "fulfilled", "ready", "waiting"):
        thing, loan, _ = lent(api)
        made = reserve(api, thing, who)
        things.append((wanted, thing))
        if wanted == "cancelled":
            ok(api.delete(f"/reservations/{made['id']}"), 204)
        if wanted in ("fulfilled", "ready"):
            give_back(api, loan)
        if wanted == "fulfilled":
            api.made("/loans", {"tool_id": thing["id"], "member_id": who["id"]})
    rows = ok(api.get(f"/members/{who['id']}/reservations"))
    shown = [(row["status"], {name: row["tool"][name] for name in ("id", "name", "category")}) for row in rows]
    same(shown, things, "reservations")
    same(ok(api.get(f"/members/{member(api)['id']}/reservations")), [], "of a new member")


if __name__ == "__main__":
    sys.stdout.write(main(SUITE, sys.argv[1:]) + "\n")
