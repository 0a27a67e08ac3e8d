"""The clinic as a check sees it: its two users, and builders for whatever a check needs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from evals.behaviour import world as behaviour
from evals.behaviour.asking import Client, Json, Reply
from evals.contracts import answers

PASSWORD = "correct horse 1"
_FIRST_TIME = datetime(2041, 3, 3, 8, 0, tzinfo=UTC)
_FIRST_SLOT = datetime(2032, 1, 5, 8, 0, tzinfo=UTC)
_MOST_PAGES = 200


@dataclass(frozen=True, kw_only=True)
class Session(behaviour.Session):
    """The two users, as registration showed them, and their tokens."""

    manager: Mapping[str, Json]
    staff: Mapping[str, Json]
    manager_token: str
    staff_token: str
    slots: Iterator[int] = field(default_factory=itertools.count)
    """Numbers of the slots that are not given out yet."""
    times: Iterator[int] = field(default_factory=itertools.count)
    """The same of what ``World.at`` counts from."""
    shared: dict[str, int] = field(default_factory=dict)
    """Ids of what ``World.shared`` has made."""


class World(answers.World[Session]):
    """A clinic's server. A builder sends a valid body, in which any member can be replaced, and wants success."""

    def prepare(self, seeded: tuple[str, str] | None) -> Session:
        """Register a manager, or log in the one that is there, and a member of staff."""
        tag = f"{int(time.time()):x}" if seeded else ""
        made = {}
        for name in ("staff",) if seeded else ("manager", "staff"):
            body = {"email": f"{name}{tag}@clinic.test", "password": PASSWORD, "name": f"The {name}"}
            made[name] = self.api.post("/users", body).needed(201).body
        staff_token = self.token(f"staff{tag}@clinic.test")
        manager_token = self.token(*(seeded or ("manager@clinic.test", PASSWORD)))
        if seeded:
            made["manager"] = self.api.bearing(manager_token).get("/users/me").needed(200).body
        return Session(tag=tag, manager_token=manager_token, staff_token=staff_token, **made)

    def token(self, email: str, password: str = PASSWORD) -> str:
        """Log in."""
        token: str = self.api.post("/sessions", {"email": email, "password": password}).needed(201)["token"]
        return token

    @cached_property
    def manager(self) -> Client:
        """Asks as the manager."""
        return self.api.bearing(self.session.manager_token)

    @cached_property
    def staff(self) -> Client:
        """Asks as a member of staff."""
        return self.api.bearing(self.session.staff_token)

    # Instants.

    @cached_property
    def _time(self) -> datetime:
        return _FIRST_TIME + timedelta(days=4 * next(self.session.times))

    def at(self, minutes: int) -> str:
        """The instant so many minutes after 08:00 of a day of the check's own, with days before and after it."""
        return shown(self._time + timedelta(minutes=minutes))

    def slot(self) -> dict[str, str]:
        """``starts_at`` and ``ends_at`` of half an hour that no other slot of any check overlaps."""
        start = _FIRST_SLOT + timedelta(hours=next(self.session.slots))
        return {"starts_at": shown(start), "ends_at": shown(start + timedelta(minutes=30))}

    # Valid bodies.

    def user_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /users."""
        word = self.word("u")
        return {"email": f"{word}@mail.test", "password": PASSWORD, "name": f"User {word}", **fields}

    def patient_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /patients."""
        word = self.word("p")
        return {"name": f"Patient {word}", "email": f"{word}@mail.test", **fields}

    def practitioner_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /practitioners."""
        return {"name": f"Dr {self.word('d')}", **fields}

    def room_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /rooms."""
        return {"name": f"Room {self.word('r')}", **fields}

    def service_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /services; 100.00 and 19 % tax."""
        return {"name": f"Service {self.word('s')}", "price_cents": 10000, "tax_bp": 1900, **fields}

    def appointment_body(self, **fields: Json) -> dict[str, Json]:
        """Of POST /appointments: on the ward in a slot of its own, or in a place of its own when a time is given."""
        if "starts_at" not in fields:
            return {**self.ward(), **self.slot(), **fields}
        placed = {"practitioner_id", "room_id"} <= fields.keys()
        return {**(self.ward() if placed else self.place()), **fields}

    # What the server then has; each returns the answer to the POST.

    def user(self, **fields: Json) -> Reply:
        """A registered member of staff, with the password ``PASSWORD``."""
        return self.api.post("/users", self.user_body(**fields)).needed(201)

    def patient(self, **fields: Json) -> Reply:
        """A patient."""
        return self.staff.post("/patients", self.patient_body(**fields)).needed(201)

    def practitioner(self, **fields: Json) -> Reply:
        """A practitioner."""
        return self.manager.post("/practitioners", self.practitioner_body(**fields)).needed(201)

    def room(self, **fields: Json) -> Reply:
        """A room."""
        return self.manager.post("/rooms", self.room_body(**fields)).needed(201)

    def service(self, **fields: Json) -> Reply:
        """A service."""
        return self.manager.post("/services", self.service_body(**fields)).needed(201)

    def shared(self, name: str, build: Callable[[], Reply]) -> int:
        """Id of a thing that checks share which neither change it nor look at it; made when first asked for."""
        ids = self.session.shared
        if name not in ids:
            ids[name] = build()["id"]
        return ids[name]

    def priced(self, price_cents: int, tax_bp: int) -> int:
        """Id of a shared service of this price and tax."""
        name = f"service of {price_cents} cents and {tax_bp} basis points"
        return self.shared(name, lambda: self.service(price_cents=price_cents, tax_bp=tax_bp))

    def ward(self) -> dict[str, int]:
        """Ids of patient, practitioner and room, all shared: for appointments in a ``slot`` of their own."""
        return {
            "patient_id": self.veteran(),
            "practitioner_id": self.shared("practitioner", self.practitioner),
            "room_id": self.shared("room", self.room),
        }

    def veteran(self) -> int:
        """Id of the patient of the ward: the only one with its one tag, and among the first that there are."""
        return self.shared("patient", lambda: self.patient(tags=[self.word("v")]))

    def crowd(self, size: int) -> list[dict[str, int]]:
        """The ward and other places as it is, all shared, with one patient: for slots, and for times by ``at``."""
        others = (
            {
                "patient_id": self.veteran(),
                "practitioner_id": self.shared(f"practitioner {number}", self.practitioner),
                "room_id": self.shared(f"room {number}", self.room),
            }
            for number in range(1, size)
        )
        return [self.ward(), *others]

    def place(self) -> dict[str, int]:
        """Ids of a shared patient, and of a practitioner and a room of the check's own."""
        return {
            "patient_id": self.veteran(),
            "practitioner_id": self.practitioner()["id"],
            "room_id": self.room()["id"],
        }

    def appointment(self, *statuses: str, **fields: Json) -> Reply:
        """An appointment, taken through these statuses; the last answer, which shows it."""
        reply = self.staff.post("/appointments", self.appointment_body(**fields)).needed(201)
        return self.moved(reply["id"], *statuses) if statuses else reply

    def confirmed(self, **fields: Json) -> Reply:
        """A confirmed appointment."""
        return self.appointment("confirmed", **fields)

    def completed(self, **fields: Json) -> Reply:
        """A completed appointment without treatments."""
        return self.appointment("confirmed", "completed", **fields)

    def moved(self, appointment_id: int, *statuses: str) -> Reply:
        """Take an appointment through statuses; the last answer."""
        path = f"/appointments/{appointment_id}/status"
        return [self.staff.post(path, {"status": status}).needed(200) for status in statuses][-1]

    def treatment(self, appointment_id: int, **fields: Json) -> Reply:
        """A treatment on an appointment: once a shared service over 100.00 and 19 % tax unless given."""
        body = {"quantity": 1, "service_id": fields.get("service_id") or self.priced(10000, 1900), **fields}
        return self.staff.post(f"/appointments/{appointment_id}/treatments", body).needed(201)

    def billable(self, *prices: int, tax_bp: int = 0, **fields: Json) -> Reply:
        """A completed appointment with a treatment of a shared service for each price (100.00 if none)."""
        one = self.completed(**fields)
        for price in prices or (10000,):
            self.treatment(one["id"], service_id=self.priced(price, tax_bp))
        return one

    def invoice(self, appointment_id: int | None = None, **fields: Json) -> Reply:
        """The invoice of this appointment, or of one of its own over 100.00 without tax."""
        number = self.billable()["id"] if appointment_id is None else appointment_id
        return self.staff.post(f"/appointments/{number}/invoice", fields).needed(201)

    def payment(self, invoice_id: int | None = None, *, key: str | None = None, **fields: Json) -> Reply:
        """A payment of 10.00 in cash unless said otherwise, to an invoice of its own unless given."""
        number = self.invoice()["id"] if invoice_id is None else invoice_id
        body = {"amount_cents": 1000, "method": "cash", **fields}
        return self.staff.post(f"/invoices/{number}/payments", body, {"Idempotency-Key": key}).needed(201)

    # Looking.

    def pages(self, client: Client, path: str, limit: int, **filters: Json) -> list[Json]:
        """All items of a list, by following its cursors; from the page of ``cursor`` on, if that is given."""
        items: list[Json] = []
        cursor = filters.pop("cursor", None)
        for _ in range(_MOST_PAGES):
            page = client.get(path, limit=limit, cursor=cursor, **filters).expect(200)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items
        raise page.failure(f"`next_cursor` has not become null after {_MOST_PAGES} pages")

    def audit(self, entity: str, entity_id: int) -> list[Any]:
        """The rows of the audit trail about one thing, oldest first."""
        page = self.manager.get("/audit", entity=entity, entity_id=entity_id, limit=100).expect(200)
        items: list[Any] = page["items"]
        return items

    def after(self, client: Client, path: str, skip: int) -> str | None:
        """The cursor behind the first so many rows of a list that is not ours alone; more rows must follow."""
        cursor = None
        while skip > 0:
            cursor = client.get(path, limit=min(skip, 100), cursor=cursor).expect(200)["next_cursor"]
            skip -= 100
        return cursor


def shown(instant: datetime) -> str:
    """An instant as responses show it; also right in a request when it is on a whole minute."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
