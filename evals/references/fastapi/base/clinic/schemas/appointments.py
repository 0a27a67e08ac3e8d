from typing import Annotated, ClassVar

from pydantic import Field

from clinic.filters import AppointmentFilter
from clinic.models import Status
from clinic.schemas.fields import (
    Answer,
    Id,
    Instant,
    InstantCursor,
    InstantIn,
    Limit,
    PageOut,
    Quantity,
    Query,
    QueryId,
    Ref,
    Request,
)


class AppointmentIn(Request):
    patient_id: Id
    practitioner_id: Id
    room_id: Id
    starts_at: InstantIn
    ends_at: InstantIn


class StatusIn(Request):
    status: Status


class TreatmentIn(Request):
    service_id: Id
    quantity: Quantity


class AppointmentQuery(Query):
    repeatable: ClassVar[frozenset[str]] = frozenset({"status"})

    patient_id: QueryId | None = None
    practitioner_id: QueryId | None = None
    room_id: QueryId | None = None
    status: list[Status] = []
    start: Annotated[InstantIn | None, Field(alias="from")] = None
    end: Annotated[InstantIn | None, Field(alias="to")] = None
    limit: Limit = 20
    cursor: InstantCursor | None = None

    @property
    def filter(self) -> AppointmentFilter:
        return AppointmentFilter(
            patient_id=self.patient_id,
            practitioner_id=self.practitioner_id,
            room_id=self.room_id,
            statuses=self.status,
            start=self.start,
            end=self.end,
        )


class TreatmentOut(Answer):
    id: int
    service_id: int
    name: str
    price_cents: int
    tax_bp: int
    quantity: int
    net_cents: int
    tax_cents: int


class AppointmentOut(Answer):
    id: int
    patient: Ref
    practitioner: Ref
    room: Ref
    starts_at: Instant
    ends_at: Instant
    status: Status
    treatments: list[TreatmentOut]
    invoice_id: int | None
    created_at: Instant


AppointmentPage = PageOut[AppointmentOut]
