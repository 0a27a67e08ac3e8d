"""What the checks of the greenfield task share: data made through the API, and walks over pages."""

from __future__ import annotations

from typing import Any

from evals.floor.checks import Api, Suite, ok

SUITE = Suite()

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
DUE = "2026-03-01T09:30:00Z"
FAR = 10**30
"""An id that no column can hold and no row has."""

JOB_FIELDS = {
    "id", "bike_id", "customer_id", "description", "status", "due_at", "created_at", "finished_at", "labour_cents",
    "lines", "parts_cents", "total_cents",
}  # fmt: skip

Row = dict[str, Any]


def customer(api: Api, **fields: Any) -> Row:
    """A new customer with an email of its own."""
    return dict(api.made("/customers", {"name": "Ada", "email": f"{api.token()}@example.org"} | fields))


def bike(api: Api, owner: Row | None = None) -> Row:
    """A new bike."""
    owner = owner or customer(api)
    return dict(api.made(f"/customers/{owner['id']}/bikes", {"model": "Roadster", "frame_number": api.token()}))


def part(api: Api, stock: int = 0, price: int = 250) -> Row:
    """A new part with so many in stock."""
    made = dict(api.made("/parts", {"sku": api.token(), "name": "Chain", "price_cents": price}))
    return dict(ok(api.post(f"/parts/{made['id']}/deliveries", {"quantity": stock}))) if stock else made


def job(api: Api, owner: Row | None = None, status: str = "open", **fields: Any) -> Row:
    """A new job on a bike of its own, moved to this status."""
    on = bike(api, owner)
    made = dict(api.made("/jobs", {"bike_id": on["id"], "description": "Brakes", "due_at": DUE} | fields))
    steps = {"open": [], "in_progress": ["in_progress"], "done": ["in_progress", "done"], "cancelled": ["cancelled"]}
    for step in steps[status]:
        made = moved(api, made, step)
    return made


def moved(api: Api, of: Row, status: str) -> Row:
    """The job after a change of its status."""
    return dict(ok(api.put(f"/jobs/{of['id']}/status", {"status": status})))


def used(api: Api, of: Row, piece: Row, quantity: int = 1) -> Row:
    """The job after it used a part."""
    return dict(api.made(f"/jobs/{of['id']}/parts", {"part_id": piece["id"], "quantity": quantity}))


def stock(api: Api, piece: Row) -> int:
    """How many are in stock: a delivery of one tells."""
    return int(ok(api.post(f"/parts/{piece['id']}/deliveries", {"quantity": 1}))["stock"]) - 1


def ids(page: Row) -> list[int]:
    """Ids of a page."""
    return [row["id"] for row in page["items"]]


def walk(api: Api, path: str, **query: Any) -> list[int]:
    """Ids of all pages from the first to the last."""
    found: list[int] = []
    page = ok(api.get(path, **query))
    while True:
        found += ids(page)
        if page["next_cursor"] is None:
            return found
        if len(found) > 500:
            raise AssertionError("the pages do not end")
        page = ok(api.get(path, **query, cursor=page["next_cursor"]))
