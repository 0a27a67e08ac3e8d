from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from clinic import clock
from clinic.cursors import InstantKey
from clinic.errors import Conflict, Invalid, NotFound
from clinic.models import (
    Action,
    Appointment,
    Page,
    Patient,
    Practitioner,
    Room,
    Service,
    Status,
    Treatment,
    User,
)
from clinic.money import tax_on
from clinic.services.audit import record

LONGEST = timedelta(hours=8)
FOLLOWING: dict[str, set[str]] = {
    Status.SCHEDULED: {Status.CONFIRMED, Status.CANCELLED},
    Status.CONFIRMED: {Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW},
    Status.COMPLETED: set(),
    Status.CANCELLED: set(),
    Status.NO_SHOW: set(),
}


def create(
    *,
    patient_id: int,
    practitioner_id: int,
    room_id: int,
    starts_at: datetime,
    ends_at: datetime,
) -> Appointment:
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise Invalid({"ends_at": "must be after starts_at, by 8 hours at most"})
    with transaction.atomic():
        found = {
            "patient_id": Patient.objects.present().find(patient_id),
            # Who wants the same slot waits here. Always in this order: none wait in a circle.
            "practitioner_id": Practitioner.objects.lock(practitioner_id),
            "room_id": Room.objects.lock(room_id),
        }
        missing = {name: "belongs to nothing" for name, thing in found.items() if thing is None}
        if missing:
            raise Invalid(missing)
        taken = Appointment.objects.taking(practitioner_id, room_id).during(starts_at, ends_at)
        if taken.exists():
            raise Conflict("slot_taken", "The practitioner or the room is taken at that time.")
        appointment = Appointment.objects.create(
            patient_id=patient_id,
            practitioner_id=practitioner_id,
            room_id=room_id,
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=clock.now(),
        )
        return Appointment.objects.complete().get(pk=appointment.pk)


def list(
    *,
    statuses: Collection[str],
    start: datetime | None,
    end: datetime | None,
    after: InstantKey | None,
    limit: int,
    **wanted: Any,
) -> Page[Appointment]:
    """A page of the appointments; wanted are values of their columns."""
    found = Appointment.objects.filter(**wanted).in_any(statuses).during(start, end)
    return found.complete().page(after, limit)


def read(appointment_id: int) -> Appointment:
    return found(Appointment.objects.complete().find(appointment_id))


def change_status(user: User, appointment_id: int, *, status: str) -> Appointment:
    with transaction.atomic():
        appointment = found(Appointment.objects.lock(appointment_id))
        old = appointment.status
        if status not in FOLLOWING[old]:
            raise Conflict("illegal_transition", f"From {old} it cannot become {status}.")
        appointment.status = status
        appointment.save(update_fields=["status"])
        before, now = {"status": old}, {"status": status}
        record(user, Action.STATUS_CHANGED, appointment.pk, before, now)
    return appointment


def add_treatment(appointment_id: int, *, service_id: int, quantity: int) -> Treatment:
    with transaction.atomic():
        appointment = found(Appointment.objects.lock(appointment_id))
        service = Service.objects.find(service_id)
        if service is None:
            raise Invalid({"service_id": "belongs to nothing"})
        if appointment.status not in (Status.CONFIRMED, Status.COMPLETED):
            raise Conflict("not_treatable", f"The appointment is {appointment.status}.")
        if appointment.invoice_id is not None:
            raise Conflict("already_invoiced", "The appointment has an invoice.")
        net_cents = service.price_cents * quantity
        # Copies of what the service is now: a later change of the price list is none of it.
        return Treatment.objects.create(
            appointment=appointment,
            service=service,
            name=service.name,
            price_cents=service.price_cents,
            tax_bp=service.tax_bp,
            quantity=quantity,
            net_cents=net_cents,
            tax_cents=tax_on(net_cents, service.tax_bp),
        )


def found(appointment: Appointment | None) -> Appointment:
    if appointment is None:
        raise NotFound("appointment")
    return appointment
