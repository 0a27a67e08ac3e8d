"""Instants and dates: their forms, their limits, how they compare, how they are shown, and those of the server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.making import World, shown

OFFSETS = {
    "2031-03-01T09:30:00Z": "2031-03-01T09:30:00Z",
    "2031-03-01T10:30:00+00:00": "2031-03-01T10:30:00Z",
    "2031-03-01T11:30:00-00:00": "2031-03-01T11:30:00Z",
    "2031-03-01T01:30:00+02:00": "2031-02-28T23:30:00Z",
    "2031-12-31T23:45:00-05:45": "2032-01-01T05:30:00Z",
    "2031-03-01T09:30:00+23:59": "2031-02-28T09:31:00Z",
    "2031-03-01T09:30:00-23:59": "2031-03-02T09:29:00Z",
    "2032-03-01T00:00:00+00:01": "2032-02-29T23:59:00Z",
}
"""Instants as sent, and as they are to be shown."""
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
NO_DATES = (
    "", "1984-02-30", "1984-2-29", "1985-02-29", "84-02-29", "1900-02-29", "19840229", "1984-04-31",
    "1984-02-29T00:00:00Z", "1984-13-01", "29.02.1984", "1984-00-10", "1984-W09-3", "1984-01-00", "1984-02-29 ",
    "0000-01-01", "1984-02-29\n", "\uff11984-02-29",
)  # fmt: skip


# Where instants are sent, as functions of an instant.


def _start(world: World) -> Callable[[str], Reply]:
    """As start of an appointment, which nothing else is wrong with."""
    body = {**world.place(), "ends_at": world.at(30)}
    return lambda instant: world.staff.post("/appointments", {**body, "starts_at": instant})


def _issue(world: World) -> Callable[[str], Reply]:
    path = f"/appointments/{world.billable()['id']}/invoice"
    return lambda instant: world.staff.post(path, {"issued_at": instant})


@check("GEN-20")
def an_instant_of_another_form_starts_no_appointment(world: World) -> None:
    """Naive instants, seconds, fractions, other letters and offsets are refused in `starts_at`."""
    start = _start(world)
    for instant in NO_INSTANTS:
        world.invalid(start(instant), "starts_at")


@check("GEN-20")
def an_instant_of_another_form_ends_no_appointment(world: World) -> None:
    """`ends_at` wants the same form."""
    body = {**world.place(), "starts_at": world.at(0)}
    for instant in NO_INSTANTS[:12]:
        world.invalid(world.staff.post("/appointments", {**body, "ends_at": instant}), "ends_at")


@check("GEN-20", "GEN-21")
def an_instant_of_another_form_issues_no_invoice(world: World) -> None:
    """`issued_at` wants the same form, an existing day, and the same limits."""
    issue = _issue(world)
    for instant in (*NO_INSTANTS[:8], *NO_MOMENTS[::3]):
        world.invalid(issue(instant), "issued_at")
    issue("2031-03-01T09:30:00+02:00").expect(201)


@check_each("GEN-20", "GEN-21", over={"appointments": "/appointments", "utilisation": "/reports/utilisation"})
def an_instant_of_another_form_is_refused_in_a_query(world: World, path: str) -> None:
    """`from` and `to` want the same form, an existing day, and the same limits."""
    fine: dict[str, Json] = {"from": "2031-01-01T00:00:00Z", "to": "2032-01-01T00:00:00Z"}
    for instant, other in zip(NO_INSTANTS, NO_MOMENTS[::2], strict=False):
        world.invalid(world.manager.send("GET", path, query={"from": instant, "to": other}), "from", "to")
        world.invalid(world.manager.send("GET", path, query={**fine, "from": other}), "from")
    world.manager.send("GET", path, query=fine).expect(200)


@check("GEN-21")
def a_moment_that_there_is_not_starts_no_appointment(world: World) -> None:
    """Days that do not exist, and moments before 2000 or after 2099 in UTC, are refused."""
    start = _start(world)
    for instant in NO_MOMENTS:
        world.invalid(start(instant), "starts_at")


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
    _issue(world)("2100-01-01T00:59:00+01:00").expect(201).has(issued_at="2099-12-31T23:59:00Z")


@check("GEN-22", "GEN-20")
def an_instant_is_shown_in_utc(world: World) -> None:
    """An instant of any offset is shown as the same moment in UTC."""
    body = world.place()
    for instant, moment in OFFSETS.items():
        end = _later(moment, 30)
        one = world.staff.post("/appointments", {**body, "starts_at": instant, "ends_at": end}).expect(201)
        one.has(starts_at=moment, ends_at=end)
        world.staff.get(f"/appointments/{one['id']}").expect(200).has(starts_at=moment, ends_at=end)


@check("GEN-22")
def start_and_end_are_compared_by_their_moments(world: World) -> None:
    """An end that is later by its text and earlier as a moment is refused, and the other way round accepted."""
    body = world.place()
    times = {"starts_at": "2031-03-01T09:00:00-03:00", "ends_at": "2031-03-01T10:00:00Z"}
    world.invalid(world.staff.post("/appointments", {**body, **times}), "ends_at")
    equal = {"starts_at": "2031-03-01T09:00:00+02:00", "ends_at": "2031-03-01T07:00:00Z"}
    world.invalid(world.staff.post("/appointments", {**body, **equal}), "ends_at")
    times = {"starts_at": "2031-03-01T09:00:00+03:00", "ends_at": "2031-03-01T07:00:00Z"}
    world.staff.post("/appointments", {**body, **times}).expect(201)


@check("GEN-22")
def slots_are_compared_by_their_moments(world: World) -> None:
    """Appointments overlap, or follow each other, by their moments and not by their texts."""
    one = world.appointment(starts_at="2031-03-01T09:00:00+02:00", ends_at="2031-03-01T10:00:00+02:00")
    same = {"starts_at": "2031-03-01T07:59:00Z", "ends_at": "2031-03-01T08:30:00Z"}
    world.refused(world.staff.post("/appointments", {**one.sent, **same}), 409, "slot_taken")
    after = {"starts_at": "2031-03-01T08:00:00Z", "ends_at": "2031-03-01T05:30:00-03:00"}
    world.staff.post("/appointments", {**one.sent, **after}).expect(201)
    later = {"starts_at": "2031-03-01T09:00:00Z", "ends_at": "2031-03-01T10:00:00Z"}
    world.staff.post("/appointments", {**one.sent, **later}).expect(201)


@check("GEN-22")
def filters_compare_moments(world: World) -> None:
    """`from` and `to` with an offset mean the moments that they name."""
    one = world.appointment(starts_at="2031-03-01T09:00:00Z", ends_at="2031-03-01T10:00:00Z")

    def found(**query: str) -> Reply:
        wanted = {"room_id": one["room.id"], **{name.removesuffix("_"): value for name, value in query.items()}}
        return world.staff.send("GET", "/appointments", query=wanted)

    world.finds(found(from_="2031-03-01T11:59:00+02:00"), one["id"])
    world.finds(found(from_="2031-03-01T12:00:00+02:00"))
    world.finds(found(to="2031-03-01T06:01:00-03:00"), one["id"])
    world.finds(found(to="2031-03-01T06:00:00-03:00"))


@check("GEN-23")
def instants_of_the_server_are_the_current_time_cut_off(world: World) -> None:
    """`created_at`, `issued_at`, `paid_at` and `at` are the second in which the request was answered."""
    body, bill = {**world.ward(), **world.slot()}, world.billable()["id"]
    owed = world.invoice()["id"]
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
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(created_at=one["created_at"])
    world.staff.get("/appointments", room_id=one["room.id"]).has({"items.0.created_at": one["created_at"]})
    world.staff.get("/patients", search=patient["name"]).has({"items.0.created_at": patient["created_at"]})
    shows = {"issued_at": owed["issued_at"], "payments.0.paid_at": paid["paid_at"]}
    world.staff.get(f"/invoices/{owed['id']}").expect(200).has(shows)


@check_each("GEN-24", over={"post": "POST", "patch": "PATCH"})
def a_date_is_an_existing_day(world: World, method: str) -> None:
    """`birth_date` is refused in any other form and when there is no such day."""
    patient = world.patient(birth_date="1984-02-29")
    path = "/patients" if method == "POST" else f"/patients/{patient['id']}"
    for date in NO_DATES if method == "POST" else NO_DATES[::3]:
        body = {"name": world.word(), "birth_date": date}
        world.invalid(world.staff.send(method, path, body=body), "birth_date")
    world.staff.get(f"/patients/{patient['id']}").expect(200).has(birth_date="1984-02-29")


@check("GEN-24")
def a_birth_date_is_from_1900_to_2099(world: World) -> None:
    """The first and the last day are allowed, the days next to them are not."""
    for date in ("1900-01-01", "2099-12-31", "2000-02-29", "1984-02-29"):
        world.staff.post("/patients", world.patient_body(birth_date=date)).expect(201).has(birth_date=date)
    for date in ("1899-12-31", "2100-01-01", "0001-01-01", "9999-12-31"):
        world.invalid(world.staff.post("/patients", world.patient_body(birth_date=date)), "birth_date")


@check("GEN-24", "GEN-26")
def a_date_in_a_query_is_an_existing_day(world: World) -> None:
    """`from` and `to` of the revenue are refused in any other form and when there is no such day."""
    for number, date in enumerate((*NO_DATES[::2], "2031-02-29", "2031-03-01T00:00:00Z")):
        name = ("from", "to")[number % 2]
        query = {"from": "2031-01-01", "to": "2031-12-31", name: date}
        world.invalid(world.manager.send("GET", "/reports/revenue", query=query), name)
    query = {"from": "2031-02-30", "to": "2031-2-1"}
    world.invalid(world.manager.send("GET", "/reports/revenue", query=query), "from", "to")


@check("GEN-24")
def a_date_in_a_query_is_from_2000_to_2099(world: World) -> None:
    """The first and the last day are allowed, the days next to them are not."""
    query = {"from": "2000-01-01", "to": "2099-12-31"}
    world.manager.send("GET", "/reports/revenue", query=query).expect(200).has(query)
    world.invalid(world.manager.send("GET", "/reports/revenue", query={**query, "from": "1999-12-31"}), "from")
    world.invalid(world.manager.send("GET", "/reports/revenue", query={**query, "to": "2100-01-01"}), "to")


@check("GEN-28", "GEN-22")
def an_instant_to_is_after_from(world: World) -> None:
    """`to` is refused when it is before `from`, or the same moment; a minute later is enough."""
    for path in ("/appointments", "/reports/utilisation"):
        for start, end in (
            ("2031-03-02T00:00:00Z", "2031-03-01T00:00:00Z"),
            ("2031-03-01T09:00:00Z", "2031-03-01T09:00:00Z"),
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
    if not 0.55 <= part < 0.7:
        time.sleep((0.55 - part) % 1)
