"""The requests whose SQL statements are counted: lists, single things, reports, writes."""

from __future__ import annotations

from collections.abc import Callable

from evals.behaviour.asking import Json, Reply
from evals.contracts.clinic.checks.making import World

_PARTS = 3
"""Words, treatments and payments of each thing: they are fetched for all things at once, or it shows."""
_RANGE = {"from_": "2030-01-01", "to": "2035-12-31"}


def prepare(world: World, rows: int) -> list[tuple[str, Callable[[], Reply]]]:
    """Make so many patients, practitioners, rooms, services and paid appointments; return the requests by name.

    Args:
        world: of an application that was just started.
        rows: how many of each; at most 100, so that a page holds them all.

    Raises:
        SetupFailed: the application does not make them.
    """
    words = [f"word-{number}" for number in range(_PARTS)]
    service = [world.service()["id"] for _ in range(rows)][0]
    invoices = []
    for _ in range(rows):
        one = world.confirmed(
            patient_id=world.patient(tags=words)["id"], practitioner_id=world.practitioner(specialties=words)["id"]
        )
        for _ in range(_PARTS):
            world.treatment(one["id"], service_id=service)
        world.moved(one["id"], "completed")
        invoice = world.invoice(one["id"], issued_at=world.at(0))
        for _ in range(_PARTS):
            world.payment(invoice["id"])
        invoices.append(invoice)
    return [*_reads(world, invoices[0]), *_writes(world, invoices[0], service)]


def _reads(world: World, invoice: Reply) -> list[tuple[str, Callable[[], Reply]]]:
    def get(path: str, **query: Json) -> tuple[str, Callable[[], Reply]]:
        name = " ".join([f"GET {path}", *(f"{key.rstrip('_')}={value}" for key, value in query.items())])
        return name, lambda: world.manager.get(path, **query).needed(200)

    minutes = {"from_": f"{_RANGE['from_']}T00:00:00Z", "to": f"{_RANGE['to']}T00:00:00Z"}
    lists = [get(path, limit=100) for path in ("/patients", "/practitioners", "/rooms", "/services", "/audit")]
    return [
        *lists,
        get("/patients", search="a", tag=["word-1", "word-2"], match="all", limit=100),
        get("/appointments", status=["completed"], limit=100),
        ("GET /appointments/{id}", lambda: world.staff.get(f"/appointments/{invoice['appointment_id']}").needed(200)),
        ("GET /invoices/{id}", lambda: world.staff.get(f"/invoices/{invoice['id']}").needed(200)),
        get("/reports/revenue", group_by="day", **_RANGE),
        get("/reports/revenue", group_by="practitioner", **_RANGE),
        get("/reports/utilisation", **minutes),
    ]


def _writes(world: World, invoice: Reply, service: int) -> list[tuple[str, Callable[[], Reply]]]:
    ward = world.ward()
    patient = f"/patients/{ward['patient_id']}"
    confirmed = world.confirmed(**ward)["id"]

    def pay() -> Reply:
        return world.payment(invoice["id"], amount_cents=1, key=world.word("k"))

    return [
        ("POST /patients", lambda: world.patient(tags=["a", "b", "c"])),
        ("PATCH /patients/{id}", lambda: world.staff.patch(patient, {"note": world.word()}).needed(200)),
        ("POST /appointments", lambda: world.appointment(**ward)),
        ("POST /appointments/{id}/treatments", lambda: world.treatment(confirmed, service_id=service)),
        ("POST /invoices/{id}/payments", pay),
    ]
