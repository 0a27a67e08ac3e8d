"""Checks of the rules that hold for every operation."""

from __future__ import annotations

import re

from evals.floor.checks import Api, ok, refused, same
from evals.floor.greenfield.making import (
    DUE,
    FAR,
    JOB_FIELDS,
    STAMP,
    SUITE,
    Row,
    bike,
    customer,
    ids,
    job,
    part,
    used,
)  # fmt: skip

check, after_restart = SUITE.check, SUITE.after_restart


@check
def health_is_ok(api: Api) -> None:
    """Once the service can answer."""
    same(ok(api.get("/health")), {"status": "ok"})


@check
def unknown_fields_are_refused(api: Api) -> None:
    """A field that is not in the schema of a request is refused with 422."""
    owner, piece, work = customer(api), part(api, stock=5), job(api, status="in_progress")
    other = bike(api, owner)
    bodies: dict[str, Row] = {
        "/customers": {"name": "Ben", "email": f"{api.token()}@example.org"},
        f"/customers/{owner['id']}/bikes": {"model": "Tandem", "frame_number": api.token()},
        "/parts": {"sku": api.token(), "name": "Tube", "price_cents": 1},
        f"/parts/{piece['id']}/deliveries": {"quantity": 1},
        "/jobs": {"bike_id": other["id"], "description": "Wheel", "due_at": DUE},
        f"/jobs/{work['id']}/parts": {"part_id": piece["id"], "quantity": 1},
    }
    for path, body in bodies.items():
        refused(api.post(path, body | {"colour": "red"}), 422)
    refused(api.patch(f"/customers/{owner['id']}", {"id": 7}), 422)
    refused(api.put(f"/jobs/{work['id']}/status", {"status": "done", "reason": "ready"}), 422)


@check
def a_body_that_is_no_object_is_refused(api: Api) -> None:
    """So is a body that is not a JSON object."""
    for raw in ("[]", '"name"', "null", "{", ""):
        refused(api.call("POST", "/customers", raw=raw), 422)


@check
def numbers_are_strict(api: Api) -> None:
    """A number does not come as a string, `true` is not a number, an integer has no fraction."""
    for price in ("100", True, 10.5):
        refused(api.post("/parts", {"sku": api.token(), "name": "Bell", "price_cents": price}), 422)
    refused(api.post("/customers", {"name": 7, "email": f"{api.token()}@example.org"}), 422)
    refused(api.post(f"/parts/{part(api)['id']}/deliveries", {"quantity": "1"}), 422)


@check
def null_is_refused_where_it_is_not_allowed(api: Api) -> None:
    """Null is refused where the schema does not allow it."""
    refused(api.post(f"/parts/{part(api)['id']}/deliveries", {"quantity": 1, "price_cents": None}), 422)
    due = {"bike_id": bike(api)["id"], "description": "Wheel", "due_at": DUE}
    refused(api.post("/jobs", due | {"labour_cents": None}), 422)
    refused(api.post("/customers", {"name": None, "email": f"{api.token()}@example.org"}), 422)


@check
def text_with_a_zero_character_is_refused(api: Api) -> None:
    """Text that contains the character U+0000 is refused with 422."""
    refused(api.post("/customers", {"name": "A\0da", "email": f"{api.token()}@example.org"}), 422)
    body = {"bike_id": bike(api)["id"], "description": "Wh\0eel", "due_at": DUE}
    refused(api.post("/jobs", body), 422)


@check
def huge_ids_are_unknown(api: Api) -> None:
    """An id that is an integer but belongs to nothing is unknown, however large it is."""
    refused(api.get(f"/customers/{FAR}"), 404)
    refused(api.get(f"/jobs/{2**31}"), 404)
    refused(api.post("/jobs", {"bike_id": FAR, "description": "Wheel", "due_at": DUE}), 404)
    work = job(api, status="in_progress")
    refused(api.post(f"/jobs/{work['id']}/parts", {"part_id": 2**63, "quantity": 1}), 404)
    same(ok(api.get("/jobs", customer_id=FAR)), {"items": [], "next_cursor": None})


@check
def ids_that_are_no_integers_are_refused(api: Api) -> None:
    """In a path or query, an id that is not an integer is refused with 422."""
    refused(api.get("/customers/seven"), 422)
    refused(api.get("/jobs/1.5"), 422)
    refused(api.get("/jobs", customer_id="x"), 422)


@check
def instants_come_in_with_any_offset(api: Api) -> None:
    """Any offset may come in; fractions of a second are cut off before anything else is done with the instant."""
    for given, wanted in (
        ("2026-03-01T11:30:00+02:00", "2026-03-01T09:30:00Z"),
        ("2026-03-01T00:15:59.999999-05:30", "2026-03-01T05:45:59Z"),
    ):
        made = job(api, due_at=given)
        same(made["due_at"], wanted, "due_at")
        same(ok(api.get(f"/jobs/{made['id']}"))["due_at"], wanted, "due_at when read")


@check
def instants_go_out_in_whole_seconds(api: Api) -> None:
    """`Z` goes out, as in `2026-03-01T09:30:00Z`."""
    made, who = job(api, status="done"), customer(api)
    for name, value in (("job", made["created_at"]), ("job", made["finished_at"]), ("customer", who["created_at"])):
        if not re.fullmatch(STAMP, str(value)):
            raise AssertionError(f"{name}: {value!r} is not of the form of {DUE}")


@check
def instants_without_an_offset_are_refused(api: Api) -> None:
    """An instant without an offset is refused with 422."""
    for due in ("2026-03-01T09:30:00", "2026-03-01", "yesterday", 1772357400, "1772357400"):
        refused(api.post("/jobs", {"bike_id": bike(api)["id"], "description": "Wheel", "due_at": due}), 422)
    refused(api.get("/jobs", due_from="2026-03-01T09:30:00"), 422)


@check
def a_path_that_does_not_exist_is_not_found(api: Api) -> None:
    """A path that does not exist is `not_found`, too."""
    refused(api.get("/wheels"), 404)


@check
def invalid_goes_before_unknown(api: Api) -> None:
    """When several errors apply, 422 goes before 404, and 404 before 409."""
    refused(api.post(f"/customers/{FAR}/bikes", {"model": "", "frame_number": "x"}), 422)
    refused(api.patch("/customers/999999999", {"name": None}), 422)
    refused(api.post("/parts/999999999/deliveries", {"quantity": 0}), 422)
    refused(api.post("/jobs", {"bike_id": 999999999, "description": "", "due_at": DUE}), 422)
    refused(api.post("/jobs/999999999/parts", {"part_id": 1, "quantity": 0}), 422)
    refused(api.put("/jobs/999999999/status", {"status": "lost"}), 422)


@check
def unknown_goes_before_conflict(api: Api) -> None:
    """404 before 409."""
    owner, taken = customer(api), bike(api)
    refused(api.patch("/customers/999999999", {"email": owner["email"]}), 404)
    again = {"model": "Roadster", "frame_number": taken["frame_number"]}
    refused(api.post("/customers/999999999/bikes", again), 404)
    work = job(api)  # open: nothing may be used yet
    refused(api.post(f"/jobs/{work['id']}/parts", {"part_id": 999999999, "quantity": 1}), 404)
    refused(api.post(f"/jobs/{work['id']}/parts", {"part_id": part(api)["id"], "quantity": 0}), 422)


@check
def limits_of_pages(api: Api) -> None:
    """`limit` is 1 to 100, by default 20."""
    for limit in ("0", "101", "-1", "many"):
        refused(api.get("/customers", limit=limit), 422)
        refused(api.get("/jobs", limit=limit), 422)
    word = api.token()
    made = [customer(api, name=f"{word} {number}")["id"] for number in range(21)]
    same(ids(ok(api.get("/customers", search=word))), made[:20], "the first page")
    same(ids(ok(api.get("/customers", search=word, limit=100))), made, "a page of up to 100")


@check
def the_last_page_has_no_cursor(api: Api) -> None:
    """`next_cursor` is null when no row follows."""
    word = api.token()
    for _ in range(4):
        customer(api, name=word)
    first = ok(api.get("/customers", search=word, limit=2))
    second = ok(api.get("/customers", search=word, limit=2, cursor=first["next_cursor"]))
    same((len(first["items"]), len(second["items"])), (2, 2), "rows of two pages of two")
    same(second["next_cursor"], None, "next_cursor of the last page")
    same(ok(api.get("/customers", search=word, limit=4))["next_cursor"], None, "next_cursor of a page with all rows")


@check
def foreign_cursors_are_refused(api: Api) -> None:
    """A cursor that the service cannot have made is refused with 422."""
    for cursor in ("nonsense", "%%%", "e30=", "{}", "ÿ"):
        refused(api.get("/customers", cursor=cursor), 422)
        refused(api.get("/jobs", cursor=cursor), 422)


def _before(api: Api) -> Row:
    piece = part(api, stock=5, price=300)
    return {"job": used(api, job(api, status="in_progress"), piece, 2), "part": piece}


@after_restart(_before)
def data_survive_a_restart(api: Api, made: Row) -> None:
    """Data survive a restart of the service."""
    same(ok(api.get(f"/jobs/{made['job']['id']}")), made["job"], "the job after a restart")
    refused(api.post("/parts", {"sku": made["part"]["sku"], "name": "Chain", "price_cents": 1}), 409)
    same(ok(api.post(f"/parts/{made['part']['id']}/deliveries", {"quantity": 1}))["stock"], 4, "stock")


@check
def answers_have_exactly_the_fields_of_their_schema(api: Api) -> None:
    """An answer has exactly the fields of its schema."""
    who = customer(api)
    owned = bike(api, who)
    work = used(api, job(api, status="in_progress"), part(api, stock=1))
    wanted = {
        "customer": (who, {"id", "name", "email", "phone", "created_at"}),
        "bike": (owned, {"id", "customer_id", "model", "frame_number"}),
        "bike in a list": (
            ok(api.get(f"/customers/{who['id']}/bikes"))[0],
            {"id", "customer_id", "model", "frame_number", "open_jobs"},
        ),
        "part": (part(api), {"id", "sku", "name", "price_cents", "stock"}),
        "job": (work, JOB_FIELDS),
        "line": (work["lines"][0], {"id", "part_id", "sku", "quantity", "price_cents"}),
    }
    for what, (row, fields) in wanted.items():
        same(set(row), fields, f"fields of a {what}")
