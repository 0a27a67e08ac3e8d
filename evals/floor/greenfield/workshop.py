"""Checks of parts, jobs, their status and the report of revenue."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from evals.floor.checks import Api, at_once, ok, refused, same, statuses
from evals.floor.greenfield.making import DUE, SUITE, Row, bike, customer, ids, job, moved, part, stock, used, walk

check = SUITE.check


@check
def new_parts_have_no_stock(api: Api) -> None:
    """The part, with stock 0."""
    sku = api.token()
    made = api.made("/parts", {"sku": sku, "name": "Chain", "price_cents": 0})
    same(made, {"id": made["id"], "sku": sku, "name": "Chain", "price_cents": 0, "stock": 0})
    for price in (-1, 100_000_001):
        refused(api.post("/parts", {"sku": api.token(), "name": "Chain", "price_cents": price}), 422)


@check
def skus_are_unique_in_whatever_case(api: Api) -> None:
    """The sku exists, in whatever case it is written."""
    refused(api.post("/parts", {"sku": part(api)["sku"].upper(), "name": "Chain", "price_cents": 1}), 409)


@check
def no_delivery_is_lost(api: Api) -> None:
    """Adds `quantity` to the stock, also when several deliveries arrive at the same time."""
    piece = part(api, stock=2)
    deliver = partial(api.post, f"/parts/{piece['id']}/deliveries", {"quantity": 3})
    same(statuses(at_once(*[deliver] * 8)), [200] * 8, "statuses of eight deliveries")
    same(stock(api, piece), 26, "stock")
    for quantity in (0, -1, 1_000_001):
        refused(api.post(f"/parts/{piece['id']}/deliveries", {"quantity": quantity}), 422)


@check
def lines_keep_their_price(api: Api) -> None:
    """What was used before keeps the price that it was used at."""
    piece, work = part(api, stock=9, price=100), job(api, status="in_progress", labour_cents=50)
    used(api, work, piece, 2)
    changed = ok(api.post(f"/parts/{piece['id']}/deliveries", {"quantity": 1, "price_cents": 700}))
    same((changed["price_cents"], changed["stock"]), (700, 8), "price and stock")
    work = used(api, work, piece, 1)
    same([line["price_cents"] for line in work["lines"]], [100, 700], "prices of the lines")
    same((work["parts_cents"], work["total_cents"]), (900, 950), "parts_cents and total_cents")


@check
def a_new_job_is_open_and_empty(api: Api) -> None:
    """Opens a job on a bike, with status `open`."""
    on = bike(api)
    body = {"bike_id": on["id"], "description": "Brakes", "due_at": DUE}
    made = api.made("/jobs", body)
    wanted = body | {"customer_id": on["customer_id"], "status": "open", "finished_at": None, "labour_cents": 0}
    wanted |= {"lines": [], "parts_cents": 0, "total_cents": 0, "id": made["id"], "created_at": made["created_at"]}
    same(made, wanted)
    same(ok(api.get(f"/jobs/{made['id']}")), wanted, "job when read")
    refused(api.post("/jobs", body | {"bike_id": 999999999}), 404)


@check
def a_bike_has_one_open_job(api: Api) -> None:
    """A bike has at most one job that is neither `done` nor `cancelled`."""
    work = job(api)
    body = {"bike_id": work["bike_id"], "description": "Again", "due_at": DUE}
    refused(api.post("/jobs", body), 409)
    moved(api, work, "in_progress")
    refused(api.post("/jobs", body), 409)
    moved(api, work, "done")
    second = api.made("/jobs", body)
    moved(api, second, "cancelled")
    api.made("/jobs", body)


@check
def a_bike_has_one_open_job_at_the_same_time(api: Api) -> None:
    """This also holds when several requests arrive at the same time."""
    for _ in range(3):
        body = {"bike_id": bike(api)["id"], "description": "Brakes", "due_at": DUE}
        replies = at_once(*[partial(api.post, "/jobs", body)] * 6)
        same(statuses(replies), [201, *[409] * 5], "statuses of six equal requests")


@check
def jobs_come_in_the_order_of_due_at(api: Api) -> None:
    """In the order of `due_at`, then id, ascending."""
    who = customer(api)
    dues = ("2026-05-02T00:00:00Z", "2026-05-01T08:00:00.9Z", "2026-05-01T10:00:00.1+02:00", "2026-04-01T00:00:00Z")
    late, first, second, early = (job(api, who, due_at=due)["id"] for due in dues)
    same(ids(ok(api.get("/jobs", customer_id=who["id"]))), [early, first, second, late])


@check
def pages_hold_while_jobs_are_added(api: Api) -> None:
    """Visits every row that was there at the start exactly once."""
    who = customer(api)
    made = [job(api, who, due_at=f"2026-05-0{day}T00:00:00.{day}Z")["id"] for day in (3, 1, 3, 2, 3)]
    wanted = [made[1], made[3], made[0], made[2], made[4]]
    same(walk(api, "/jobs", customer_id=who["id"], limit=1), wanted, "ids page by page")
    first = ok(api.get("/jobs", customer_id=who["id"], limit=2))
    job(api, who, due_at="2026-04-30T00:00:00Z")
    late = job(api, who, due_at="2026-05-03T00:00:00Z")["id"]
    rest = ok(api.get("/jobs", customer_id=who["id"], limit=50, cursor=first["next_cursor"]))
    same([*ids(first), *(number for number in ids(rest) if number != late)], wanted, "ids of two pages")


@check
def filters_of_jobs(api: Api) -> None:
    """All filters that are given must hold."""
    who = customer(api)
    waiting = job(api, who, due_at="2026-06-01T00:00:00Z")["id"]
    running = job(api, who, status="in_progress", due_at="2026-06-02T00:00:00Z")["id"]
    finished = job(api, who, status="done", due_at="2026-06-03T00:00:00Z")["id"]
    job(api, status="done", due_at="2026-06-03T00:00:00Z")
    some = {"customer_id": who["id"]}
    same(ids(ok(api.get("/jobs", **some, status="open"))), [waiting])
    same(ids(ok(api.get("/jobs", **some, status=["open", "done"]))), [waiting, finished])
    same(ids(ok(api.get("/jobs", **some, status=["open", "done"], due_from="2026-06-02T00:00:00Z"))), [finished])
    same(walk(api, "/jobs", **some, status=["open", "in_progress"], limit=1), [waiting, running], "page by page")


@check
def due_from_is_inclusive_and_due_to_exclusive(api: Api) -> None:
    """Due_from, in: query, schema: {type: string, format: date-time}, description: Inclusive."""
    who = customer(api)
    made = [job(api, who, due_at=f"2026-07-01T0{hour}:00:00Z")["id"] for hour in range(3)]
    some = {"customer_id": who["id"]}
    same(ids(ok(api.get("/jobs", **some, due_from="2026-07-01T01:00:00Z"))), made[1:], "from 01:00")
    same(ids(ok(api.get("/jobs", **some, due_to="2026-07-01T01:00:00Z"))), made[:1], "to 01:00")
    same(ids(ok(api.get("/jobs", **some, due_from="2026-07-01T03:00:00.7+02:00"))), made[1:], "from 03:00 at +02:00")


@check
def filters_without_jobs_answer_nothing(api: Api) -> None:
    """A filter that names a customer or a status without jobs answers an empty list."""
    who = customer(api)
    same(ok(api.get("/jobs", customer_id=who["id"])), {"items": [], "next_cursor": None})
    job(api, who)
    same(ok(api.get("/jobs", customer_id=who["id"], status="done")), {"items": [], "next_cursor": None})
    same(ok(api.get("/jobs", customer_id=999999999)), {"items": [], "next_cursor": None})


@check
def a_status_that_does_not_exist_is_refused(api: Api) -> None:
    """A status that does not exist is refused with 422."""
    refused(api.get("/jobs", status=["open", "lost"]), 422)
    refused(api.put(f"/jobs/{job(api)['id']}/status", {"status": "lost"}), 422)


@check
def parts_are_used_in_progress_only(api: Api) -> None:
    """Only while the job is `in_progress` (409 otherwise)."""
    piece = part(api, stock=5)
    for status in ("open", "done", "cancelled"):
        work = job(api, status=status)
        refused(api.post(f"/jobs/{work['id']}/parts", {"part_id": piece["id"], "quantity": 1}), 409)
    same(stock(api, piece), 5, "stock")


@check
def too_little_stock_takes_nothing(api: Api) -> None:
    """With less than `quantity` in stock nothing is taken and the answer is 409."""
    piece, work = part(api, stock=3), job(api, status="in_progress")
    refused(api.post(f"/jobs/{work['id']}/parts", {"part_id": piece["id"], "quantity": 4}), 409)
    same(ok(api.get(f"/jobs/{work['id']}"))["lines"], [], "lines")
    same(used(api, work, piece, 3)["lines"][0]["quantity"], 3, "quantity")
    same(stock(api, piece), 0, "stock")


@check
def the_stock_never_goes_below_zero(api: Api) -> None:
    """Also when several requests arrive at the same time. The line keeps the part's price of this moment."""
    for _ in range(4):
        piece = part(api, stock=5)
        works = [job(api, status="in_progress") for _ in range(4)]
        body = {"part_id": piece["id"], "quantity": 2}
        replies = at_once(*(partial(api.post, f"/jobs/{work['id']}/parts", body) for work in works))
        same(statuses(replies), [201, 201, 409, 409], "statuses when four jobs take 2 of 5")
        same(stock(api, piece), 1, "stock")


@check
def lines_stay_apart_and_in_order(api: Api) -> None:
    """The same part used again makes a line of its own."""
    one, two = part(api, stock=9, price=10), part(api, stock=9, price=20)
    work = job(api, status="in_progress", labour_cents=5)
    for piece, quantity in ((one, 1), (two, 2), (one, 3)):
        work = used(api, work, piece, quantity)
    rows = [(line["part_id"], line["sku"], line["quantity"], line["price_cents"]) for line in work["lines"]]
    wanted = [(piece["id"], piece["sku"], n, price) for piece, n, price in ((one, 1, 10), (two, 2, 20), (one, 3, 10))]
    same(rows, wanted, "lines")
    same((work["parts_cents"], work["total_cents"]), (80, 85), "parts_cents and total_cents")
    same(ok(api.get(f"/jobs/{work['id']}")), work, "job when read")
    same(ok(api.get("/jobs", customer_id=work["customer_id"]))["items"], [work], "job in a list")


@check
def sums_may_be_large(api: Api) -> None:
    """Sum of quantity times price over the lines."""
    piece, work = part(api, stock=1000, price=100_000_000), job(api, status="in_progress", labour_cents=100_000_000)
    same(used(api, work, piece, 1000)["total_cents"], 100_100_000_000, "total_cents")
    done = moved(api, work, "done")
    same(_of_day(api, done["finished_at"][:10])["total_cents"] >= 100_100_000_000, True, "in the report")


@check
def only_the_allowed_changes_of_status(api: Api) -> None:
    """Everything else, the same status again included, is 409."""
    states = {"open", "in_progress", "done", "cancelled"}
    allowed = {"open": {"in_progress", "cancelled"}, "in_progress": {"done", "cancelled"}}
    for status in sorted(states):
        for wanted in sorted(states - allowed.get(status, set())):
            work = job(api, status=status)
            refused(api.put(f"/jobs/{work['id']}/status", {"status": wanted}), 409)
            same(ok(api.get(f"/jobs/{work['id']}")), work, f"the job after {status} to {wanted} was refused")


@check
def cancelling_puts_parts_back(api: Api) -> None:
    """Cancelling puts all used parts back into stock; the lines stay on the job."""
    one, two, work = part(api, stock=9), part(api, stock=4), job(api, status="in_progress")
    for piece, quantity in ((one, 2), (two, 4), (one, 1)):
        work = used(api, work, piece, quantity)
    cancelled = moved(api, work, "cancelled")
    same(cancelled, work | {"status": "cancelled"})
    same((stock(api, one), stock(api, two)), (9, 4), "stock")


@check
def cancelling_twice_puts_parts_back_once(api: Api) -> None:
    """Also when several requests arrive at the same time. Cancelling puts all used parts back."""
    for _ in range(3):
        piece, work = part(api, stock=6), job(api, status="in_progress")
        used(api, work, piece, 4)
        cancel = partial(api.put, f"/jobs/{work['id']}/status", {"status": "cancelled"})
        same(statuses(at_once(*[cancel] * 5)), [200, 409, 409, 409, 409], "statuses of five equal requests")
        same(stock(api, piece), 6, "stock")


@check
def cancelling_while_parts_are_used_loses_none(api: Api) -> None:
    """Cancelling puts all used parts back into stock."""
    for _ in range(4):
        one, two = part(api, stock=50), part(api, stock=50)
        works = [job(api, status="in_progress") for _ in range(2)]
        for work, order in zip(works, ((one, two), (two, one)), strict=True):
            for piece in order:
                used(api, work, piece, 3)
        cancels = [partial(api.put, f"/jobs/{work['id']}/status", {"status": "cancelled"}) for work in works]
        use = {"part_id": one["id"], "quantity": 1}
        uses = [partial(api.post, f"/jobs/{work['id']}/parts", use) for work in works * 2]
        replies = at_once(*cancels, *uses)
        same(statuses(replies[:2]), [200, 200], "statuses of two cancellations")
        same({reply.status for reply in replies[2:]} <= {201, 409}, True, "parts are used or refused")
        same((stock(api, one), stock(api, two)), (50, 50), "stock")


@check
def finished_at_is_set_when_done(api: Api) -> None:
    """`finished_at` is set when the job becomes `done`, and only then."""
    work = job(api, status="in_progress")
    same(work["finished_at"], None, "finished_at in progress")
    done = moved(api, work, "done")
    same(done["finished_at"] >= done["created_at"], True, "finished_at is not before created_at")
    same(ok(api.get(f"/jobs/{work['id']}")), done, "job when read")
    same(job(api, status="cancelled")["finished_at"], None, "finished_at when cancelled")


@check
def revenue_counts_what_became_done(api: Api) -> None:
    """For each day that has such a job, in the order of days."""
    piece = part(api, stock=9, price=30)
    probe = job(api, status="done")["finished_at"][:10]
    before = _of_day(api, probe)
    works = [job(api, status="in_progress", labour_cents=labour) for labour in (100, 20, 7)]
    for work in works:
        used(api, work, piece, 1)
        used(api, work, piece, 1)
    days = {moved(api, work, "done")["finished_at"][:10] for work in works[:2]}
    moved(api, works[2], "cancelled")
    if days != {probe}:
        return  # midnight has passed meanwhile: what is on which day cannot be told
    added = {"jobs": 2, "labour_cents": 120, "parts_cents": 120, "total_cents": 240}
    same(_of_day(api, probe), before | {name: before[name] + value for name, value in added.items()})


@check
def revenue_of_days_without_jobs_is_empty(api: Api) -> None:
    """Within `from` (inclusive) to `to` (exclusive), both dates, UTC days."""
    today = date.fromisoformat(job(api, status="done")["finished_at"][:10])
    later = today + timedelta(days=1)
    same(ok(api.get("/reports/revenue", from_="2001-01-01", to=str(today - timedelta(days=1)))), [], "days before")
    same([row["day"] for row in ok(api.get("/reports/revenue", from_=str(today), to=str(later)))], [str(today)])
    same(ok(api.get("/reports/revenue", from_="2001-01-01", to="2001-02-01")), [], "a month long ago")


@check
def revenue_wants_two_dates_in_order(api: Api) -> None:
    """`to` not after `from` is refused with 422."""
    for start, end in (("2026-01-02", "2026-01-02"), ("2026-01-02", "2026-01-01"), ("today", "2026-01-02")):
        refused(api.get("/reports/revenue", from_=start, to=end), 422)
    refused(api.get("/reports/revenue", from_="2026-01-01"), 422)


def _of_day(api: Api, day: str) -> Row:
    """The report of one day; zeros for a day without jobs."""
    following = str(date.fromisoformat(day) + timedelta(days=1))
    rows = ok(api.get("/reports/revenue", from_=day, to=following))
    nothing = {"day": day, "jobs": 0, "labour_cents": 0, "parts_cents": 0, "total_cents": 0}
    return dict(rows[0]) if rows else nothing
