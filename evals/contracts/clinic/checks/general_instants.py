"""Instants and dates: their forms, their limits, how they compare, how they are shown, and those of the server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.making import World, shown

OFFSETS = (
    (("2031-03-01T01:30:00+02:00", "2031-02-28T23:30:00Z"), ("2031-02-28T20:00:00-03:45", "2031-02-28T23:45:00Z")),
    (("2031-03-01T09:30:00Z", "2031-03-01T09:30:00Z"), ("2031-03-01T10:30:00+00:00", "2031-03-01T10:30:00Z")),
    (("2031-03-01T11:30:00-00:00", "2031-03-01T11:30:00Z"), ("2031-03-01T18:15:00+05:45", "2031-03-01T12:30:00Z")),
    (("2031-03-01T09:30:00-23:59", "2031-03-02T09:29:00Z"), ("2031-03-03T09:30:00+23:59", "2031-03-02T09:31:00Z")),
    (("2031-12-31T23:45:00-05:45", "2032-01-01T05:30:00Z"), ("2032-01-01T15:30:00+09:00", "2032-01-01T06:30:00Z")),
    (("2032-03-01T00:00:00+00:01", "2032-02-29T23:59:00Z"), ("2032-02-29T18:00:00-06:00", "2032-03-01T00:00:00Z")),
)
"""Start and end of appointments, each as sent and as it is to be shown."""
NO_INSTANTS = (
    "2031-03-01T09:30:00", "2031-03-01T09:30:00z", "2031-03-01t09:30:00Z", "2031-03-01 09:30:00Z", "2031-03-01T09:30Z",
    "2031-03-01T09:30:01Z", "2031-03-01T09:30:00.000Z", "2031-03-01T09:30:00+0200", "2031-03-01T09:30:00+02",
    "2031-03-01T09:30:60Z", "2031-03-01T09:30:00,0Z", "2031-03-01T09:30:00+2:00", "2031-03-01T09:30:00+24:00",
    "2031-03-01T09:30:00-02:60", "2031-03-01T09:30:00\u221202:00", "2031-03-01T24:00:00Z", "2031-03-01T09:60:00Z",
    "2031-03-01T9:30:00Z", "2031-03-01", "20310301T093000Z", "2031-3-1T09:30:00Z", "+02031-03-01T09:30:00Z",
    "2031-W09-6T09:30:00Z", "2031-03-01T09:30:00Z ", "2031-03-01T09:30:00Z\n", "2031-03-01T09:30:00Z[UTC]",
    "\uff12031-03-01T09:30:00Z", "1930210200", "Sat, 01 Mar 2031 09:30:00 GMT", "",
)  # fmt: skip
NO_MOMENTS = (
    "2031-02-30T09:30:00Z", "2031-02-29T09:30:00Z", "2031-04-31T09:30:00Z", "2031-01-32T09:30:00Z",
    "2031-01-00T09:30:00Z", "2031-00-10T09:30:00Z", "2031-13-10T09:30:00Z", "1999-12-31T23:59:00Z",
    "2000-01-01T00:59:00+01:00", "2100-01-01T00:00:00Z", "2099-12-31T23:00:00-01:00", "0001-01-01T00:00:00+01:00",
    "0000-01-01T00:00:00Z", "9999-12-31T23:59:00-01:00",
)  # fmt: skip
FIRST = {
    "2000-01-01T00:00:00Z": "2000-01-01T00:00:00Z",
    "1999-12-31T23:00:00-02:00": "2000-01-01T01:00:00Z",
    "2000-02-29T00:00:00Z": "2000-02-29T00:00:00Z",
}
LAST = {"2100-01-01T00:58:00+01:00": "2099-12-31T23:58:00Z", "2099-12-31T23:59:00Z": "2099-12-31T23:59:00Z"}
"""Near the limits, as sent and as shown."""
NO_DAYS = ("", "2031-02-29", "2031-3-01", "2031-03-01T00:00:00Z", "20310301", "1999-12-31", "31-03-01", "2031-13-01")


@check("GEN-20", "GEN-21")
def an_instant_of_another_form_makes_no_appointment(world: World) -> None:
    """Naive instants, seconds, fractions, other letters, other offsets, no days, and what is not from 2000 to 2099."""
    place = world.ward()
    values = (*NO_INSTANTS, *NO_MOMENTS)
    for start, end in zip(values[::2], values[1::2], strict=True):
        reply = world.staff.post("/appointments", {**place, "starts_at": start, "ends_at": end})
        world.invalid(reply, "starts_at", "ends_at")


@check_each("GEN-20", "GEN-21", over={"starts_at": "starts_at", "ends_at": "ends_at"})
def one_wrong_instant_makes_no_appointment(world: World, name: str) -> None:
    """A naive instant, and one on no day, are refused beside a good one."""
    body = world.appointment_body()
    for instant in (body[name].rstrip("Z"), NO_MOMENTS[0]):
        world.invalid(world.staff.post("/appointments", {**body, name: instant}), name)


@check("GEN-20", "GEN-21")
def an_instant_of_another_form_issues_no_invoice(world: World) -> None:
    """`issued_at` wants the same form, an existing day, and the same limits, the last minute being allowed."""
    path = f"/appointments/{world.billable()['id']}/invoice"
    for instant in (*NO_INSTANTS[:6:2], *NO_MOMENTS[::5]):
        world.invalid(world.staff.post(path, {"issued_at": instant}), "issued_at")
    issued = world.staff.post(path, {"issued_at": "2100-01-01T00:59:00+01:00"}).expect(201)
    issued.has(issued_at="2099-12-31T23:59:00Z")


@check_each("GEN-20", "GEN-21", over={"appointments": "/appointments", "utilisation": "/reports/utilisation"})
def an_instant_of_another_form_is_refused_in_a_query(world: World, path: str) -> None:
    """`from` and `to` want the same form, an existing day, and the same limits."""
    for instant, other in zip(NO_INSTANTS[::5], NO_MOMENTS[::2], strict=False):
        world.invalid(world.manager.send("GET", path, query={"from": instant, "to": other}), "from", "to")
    fine: dict[str, Json] = {"from": "2031-01-01T00:00:00Z", "to": "2032-01-01T00:00:00Z"}
    for number, name in enumerate(fine):
        query = {**fine, name: NO_INSTANTS[number]}
        world.invalid(world.manager.send("GET", path, query=query), name)


@check("GEN-21", "GEN-22")
def the_first_and_the_last_moment_may_be_used(world: World) -> None:
    """The limits themselves are allowed, whatever the offset that they are written with."""
    body = world.place()
    made = []
    for number, (start, end) in enumerate([*((first, FIRST[first]) for first in FIRST), *LAST.items()]):
        early = number < len(FIRST)
        times = (
            {"starts_at": start, "ends_at": _later(end, 1)}
            if early
            else {"starts_at": _later(end, -1), "ends_at": start}
        )
        one = world.staff.post("/appointments", {**body, **times}).expect(201)
        made.append(one.has({"starts_at" if early else "ends_at": end})["id"])
    around = {"from": "2000-01-01T00:00:00Z", "to": "2099-12-31T23:59:00Z", "room_id": body["room_id"]}
    world.finds(world.staff.send("GET", "/appointments", query=around), *made)


@check("GEN-22", "GEN-20", "APT-01", "APT-02", "APT-08")
def an_instant_is_shown_in_utc(world: World) -> None:
    """An instant of any offset is shown, and put in order, as the same moment in UTC, when made and when listed."""
    place = world.place()
    wanted: list[dict[str, str]] = []
    for (start, first), (end, last) in reversed(OFFSETS):
        wanted.insert(0, {"starts_at": first, "ends_at": last})
        body = {**place, "starts_at": start, "ends_at": end}
        world.staff.post("/appointments", body).expect(201).has(wanted[0])
    listed = world.staff.get("/appointments", room_id=place["room_id"]).expect(200)
    listed.has({f"items.{at}.{name}": moment for at, one in enumerate(wanted) for name, moment in one.items()})


@check("GEN-23", "INV-02")
def instants_of_the_server_are_the_current_time_cut_off(world: World) -> None:
    """`created_at`, `issued_at`, `paid_at` and `at` are the second in which the request was answered."""
    body, bill = world.appointment_body(), world.billable()["id"]
    owed = world.shared("invoice", world.invoice)
    posts: dict[str, Callable[[], Reply]] = {
        "issued_at": lambda: world.staff.post(f"/appointments/{bill}/invoice", {}),
        "paid_at": lambda: world.staff.post(f"/invoices/{owed}/payments", {"amount_cents": 1, "method": "cash"}),
        "patient": lambda: world.staff.post("/patients", world.patient_body()),
        "appointment": lambda: world.staff.post("/appointments", body),
        "user": lambda: world.api.post("/users", world.user_body()),
    }
    _wait_for_the_end_of_a_second()  # rounding would show the next one
    for name, post in posts.items():
        before = _now()
        reply = post().expect(201)
        instant = reply[name if name.endswith("_at") else "created_at"]
        world.that(shown(before) <= instant <= shown(_now()), f"{name}: {instant} is the current second")
    before = _now()
    one = world.patient()
    (row,) = world.audit("patient", one["id"])
    world.that(shown(before) <= row["at"] <= shown(_now()), f"at: {row['at']} is the current second")


@check("GEN-23", "GEN-16")
def an_instant_of_the_server_is_stored_as_it_was_shown(world: World) -> None:
    """What was answered once is answered again, later and in lists."""
    one, patient = world.appointment(), world.patient()
    owed = world.invoice()
    paid = world.payment(owed["id"])
    listed = world.staff.get("/appointments", room_id=one["room.id"], from_=one["starts_at"], to=one["ends_at"])
    listed.has({"items.0.id": one["id"], "items.0.created_at": one["created_at"]})
    world.staff.get("/patients", search=patient["name"]).has({"items.0.created_at": patient["created_at"]})
    shows = {"issued_at": owed["issued_at"], "payments.0.paid_at": paid["paid_at"]}
    world.staff.get(f"/invoices/{owed['id']}").expect(200).has(shows)


@check("GEN-24", "GEN-26")
def a_date_in_a_query_is_an_existing_day(world: World) -> None:
    """`from` and `to` of the revenue are refused in any other form, as no existing day, and outside 2000-2099."""
    for start, end in zip(NO_DAYS, reversed(NO_DAYS), strict=True):
        world.invalid(world.manager.send("GET", "/reports/revenue", query={"from": start, "to": end}), "from", "to")
    query = {"from": "2031-01-01", "to": "2100-01-01"}
    world.invalid(world.manager.send("GET", "/reports/revenue", query=query), "to")


@check("GEN-24")
def a_date_in_a_query_is_from_2000_to_2099(world: World) -> None:
    """The first and the last day are allowed."""
    query = {"from": "2000-01-01", "to": "2099-12-31"}
    world.manager.send("GET", "/reports/revenue", query=query).expect(200).has(query)


@check_each("GEN-28", "GEN-22", over={"appointments": "/appointments", "utilisation": "/reports/utilisation"})
def an_instant_to_is_after_from(world: World, path: str) -> None:
    """`to` is refused when it is before `from`, or the same moment; a minute later is enough."""
    for start, end in (
        ("2031-03-01T09:00:00Z", "2031-03-01T11:00:00+02:00"),
        ("2031-03-01T09:00:00-02:00", "2031-03-01T10:00:00Z"),
    ):
        world.invalid(world.manager.send("GET", path, query={"from": start, "to": end}), "to")
    query = {"from": "2031-03-01T09:00:00+02:00", "to": "2031-03-01T07:01:00Z"}
    world.manager.send("GET", path, query=query).expect(200)


@check("GEN-28")
def a_date_to_is_not_before_from(world: World) -> None:
    """`to` of the revenue is refused when it is before `from`; the same day is allowed."""
    query = {"from": "2031-03-02", "to": "2031-03-01"}
    world.invalid(world.manager.send("GET", "/reports/revenue", query=query), "to")
    world.manager.send("GET", "/reports/revenue", query={**query, "to": "2031-03-02"}).expect(200)


def _later(instant: str, minutes: int) -> str:
    return shown(datetime.fromisoformat(instant) + timedelta(minutes=minutes))


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_for_the_end_of_a_second() -> None:
    part = time.time() % 1
    if not 0.55 <= part < 0.8:
        time.sleep((0.55 - part) % 1)
