"""Checks of customers and their bikes."""

from __future__ import annotations

from functools import partial

from evals.floor.checks import Api, at_once, ok, refused, same, statuses
from evals.floor.greenfield.making import DUE, SUITE, bike, customer, ids, job, moved, walk

check = SUITE.check


@check
def blanks_around_a_name_are_cut_off(api: Api) -> None:
    """Blanks around it are cut off first, then the limits hold; blank alone is refused."""
    same(customer(api, name="  Ada Byron ")["name"], "Ada Byron", "name")
    same(customer(api, name=f"  {'n' * 100} ")["name"], "n" * 100, "a name of 100 letters in blanks")
    for name in ("", "   ", "n" * 101):
        refused(api.post("/customers", {"name": name, "email": f"{api.token()}@example.org"}), 422)


@check
def emails_have_a_form_and_are_kept_as_written(api: Api) -> None:
    """Exactly one @, with something before it and a dot in what follows it; kept as it was written."""
    for email in ("ada", "@example.org", "ada@example", "a@b@example.org", f"{'a' * 243}@example.org"):
        refused(api.post("/customers", {"name": "Ada", "email": email}), 422)
    email = f"Ada.{api.token()}@Example.Org"
    made = customer(api, email=email)
    same(ok(api.get(f"/customers/{made['id']}"))["email"], email, "email")


@check
def phones_may_be_absent_or_null(api: Api) -> None:
    """Phone: {type: [string, "null"], maxLength: 40}."""
    same(customer(api)["phone"], None, "phone when absent")
    same(customer(api, phone=None)["phone"], None, "phone when null")
    same(customer(api, phone="030 1")["phone"], "030 1", "phone")
    refused(api.post("/customers", {"name": "Ada", "email": f"{api.token()}@example.org", "phone": "1" * 41}), 422)


@check
def emails_are_unique_in_whatever_case(api: Api) -> None:
    """The email belongs to another customer, in whatever case it is written."""
    made = customer(api)
    refused(api.post("/customers", {"name": "Ben", "email": made["email"].upper()}), 409)
    other = customer(api)
    refused(api.patch(f"/customers/{other['id']}", {"email": made["email"].upper()}), 409)


@check
def emails_stay_unique_at_the_same_time(api: Api) -> None:
    """What must be unique stays unique when requests arrive at the same time: one succeeds, the others answer 409."""
    for _ in range(3):
        body = {"name": "Ada", "email": f"{api.token()}@example.org"}
        replies = at_once(*[partial(api.post, "/customers", body)] * 6)
        same(statuses(replies), [201, *[409] * 5], "statuses of six equal requests")


@check
def frame_numbers_stay_unique_at_the_same_time(api: Api) -> None:
    """One succeeds, the others answer 409."""
    owners = [customer(api) for _ in range(5)]
    for _ in range(3):
        body = {"model": "Roadster", "frame_number": api.token()}
        replies = at_once(*(partial(api.post, f"/customers/{owner['id']}/bikes", body) for owner in owners))
        same(statuses(replies), [201, *[409] * 4], "statuses of five equal requests")


@check
def what_a_patch_leaves_out_stays(api: Api) -> None:
    """A field that is absent keeps its value."""
    made = customer(api, phone="030 1")
    changed = ok(api.patch(f"/customers/{made['id']}", {"name": " Ben "}))
    same(changed, made | {"name": "Ben"})
    same(ok(api.get(f"/customers/{made['id']}")), changed, "customer when read")


@check
def a_patch_takes_null_for_phone_only(api: Api) -> None:
    """`phone` may be set to null; `name` and `email` may not."""
    made = customer(api, phone="030 1")
    for field in ("name", "email"):
        refused(api.patch(f"/customers/{made['id']}", {field: None}), 422)
    same(ok(api.patch(f"/customers/{made['id']}", {"phone": None})), made | {"phone": None})


@check
def a_patch_keeps_the_limits(api: Api) -> None:
    """What is sent keeps the limits of CustomerIn."""
    path = f"/customers/{customer(api)['id']}"
    for body in ({"name": "  "}, {"name": "n" * 101}, {"email": "ada"}, {"phone": "1" * 41}):
        refused(api.patch(path, body), 422)


@check
def the_own_email_is_no_conflict(api: Api) -> None:
    """Sending a customer's own email again, in whatever case, is no conflict."""
    made = customer(api)
    for email in (made["email"], made["email"].upper()):
        same(ok(api.patch(f"/customers/{made['id']}", {"email": email})), made | {"email": email})


@check
def an_empty_patch_changes_nothing(api: Api) -> None:
    """An empty object changes nothing and answers the customer."""
    made = customer(api)
    same(ok(api.patch(f"/customers/{made['id']}", {})), made)


@check
def customers_come_in_the_order_of_id(api: Api) -> None:
    """In the order of id, ascending."""
    word = api.token()
    made = [customer(api, name=f"{letter} {word}")["id"] for letter in "CAB"]
    same(ids(ok(api.get("/customers", search=word))), made)
    same(walk(api, "/customers", search=word, limit=2), made, "ids page by page")


@check
def search_finds_part_of_name_or_email(api: Api) -> None:
    """Part of name or email, case-insensitive."""
    word = api.token()
    by_name = customer(api, name=f"Mc{word.upper()}son")
    by_email = customer(api, email=f"x{word}y@example.org")
    customer(api)
    same(ids(ok(api.get("/customers", search=f"{word[:3].upper()}{word[3:]}"))), [by_name["id"], by_email["id"]])


@check
def wildcards_mean_themselves(api: Api) -> None:
    """`%`, `_` and the backslash mean themselves."""
    word = api.token()
    made = {sign: customer(api, name=f"{word}{sign}x")["id"] for sign in ("%", "_", "\\", "a")}
    for sign in ("%", "_", "\\"):
        same(ids(ok(api.get("/customers", search=f"{word}{sign}x"))), [made[sign]], f"search for {sign}")


@check
def pages_hold_while_customers_are_added(api: Api) -> None:
    """Following it with the same filters visits every row that was there at the start exactly once, also when
    rows are added meanwhile.
    """
    word = api.token()
    made = [customer(api, name=word)["id"] for _ in range(5)]
    found: list[int] = []
    page = ok(api.get("/customers", search=word, limit=2))
    for _ in range(20):
        found += ids(page)
        if page["next_cursor"] is None:
            break
        customer(api, name=word)
        page = ok(api.get("/customers", search=word, limit=2, cursor=page["next_cursor"]))
    same([number for number in found if number in made], made, "rows of the start")


@check
def frame_numbers_are_unique_in_whatever_case(api: Api) -> None:
    """The frame number is registered, whoever owns it, in whatever case it is written."""
    made = bike(api)
    for owner in (made["customer_id"], customer(api)["id"]):
        body = {"model": "Tandem", "frame_number": made["frame_number"].upper()}
        refused(api.post(f"/customers/{owner}/bikes", body), 409)


@check
def bikes_of_a_customer_are_listed(api: Api) -> None:
    """All bikes of the customer as a JSON array, in the order of id."""
    who = customer(api)
    same(ok(api.get(f"/customers/{who['id']}/bikes")), [], "bikes of a new customer")
    made = [bike(api, who) for _ in range(3)]
    bike(api)
    same(ok(api.get(f"/customers/{who['id']}/bikes")), [row | {"open_jobs": 0} for row in made])
    refused(api.get("/customers/999999999/bikes"), 404)


@check
def open_jobs_are_counted(api: Api) -> None:
    """The number of its jobs that are neither `done` nor `cancelled`."""
    who = customer(api)
    running = job(api, who, status="in_progress")
    finished = job(api, who, status="done")
    job(api, who, status="cancelled")
    api.made("/jobs", {"bike_id": finished["bike_id"], "description": "Again", "due_at": DUE})
    counts = [row["open_jobs"] for row in ok(api.get(f"/customers/{who['id']}/bikes"))]
    same(counts, [1, 1, 0], "open_jobs")
    moved(api, running, "done")
    same(ok(api.get(f"/customers/{who['id']}/bikes"))[0]["open_jobs"], 0, "open_jobs")
