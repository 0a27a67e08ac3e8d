from datetime import datetime, timedelta

from clinic import clock
from clinic.cursors import InstantKey, Page
from clinic.errors import Conflict, Invalid, NotFound
from clinic.filters import AppointmentFilter
from clinic.models import Appointment, Service, Status, Treatment, User
from clinic.money import tax_on
from clinic.services.audit import record
from clinic.unit_of_work import Work

LONGEST = timedelta(hours=8)
FOLLOWING: dict[Status, set[Status]] = {
    "scheduled": {"confirmed", "cancelled"},
    "confirmed": {"completed", "cancelled", "no_show"},
    "completed": set(),
    "cancelled": set(),
    "no_show": set(),
}


class AppointmentService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def create(
        self,
        patient_id: int,
        practitioner_id: int,
        room_id: int,
        starts_at: datetime,
        ends_at: datetime,
    ) -> Appointment:
        if not starts_at < ends_at <= starts_at + LONGEST:
            raise Invalid({"ends_at": "must be after starts_at, by 8 hours at most"})
        with self._work() as work:
            patient = work.patients.get(patient_id)
            # Who wants the same slot waits here. Always in this order: none wait in a circle.
            practitioner = work.practitioners.lock(practitioner_id)
            room = work.rooms.lock(room_id)
            if patient is None or practitioner is None or room is None:
                found = {"patient_id": patient, "practitioner_id": practitioner, "room_id": room}
                raise Invalid(
                    {name: "belongs to nothing" for name, thing in found.items() if thing is None}
                )
            if work.appointments.overlap(practitioner_id, room_id, starts_at, ends_at):
                raise Conflict("slot_taken", "The practitioner or the room is taken at that time.")
            appointment = Appointment(
                patient=patient,
                practitioner=practitioner,
                room=room,
                starts_at=starts_at,
                ends_at=ends_at,
                status="scheduled",
                treatments=[],
                invoice=None,
                created_at=clock.now(),
            )
            work.appointments.save(appointment)
        return appointment

    def list(
        self, wanted: AppointmentFilter, after: InstantKey | None, limit: int
    ) -> Page[Appointment]:
        if wanted.start is not None and wanted.end is not None and wanted.end <= wanted.start:
            raise Invalid({"to": "must be after from"})
        with self._work.reading() as work:
            return work.appointments.list(wanted, after, limit)

    def read(self, appointment_id: int) -> Appointment:
        with self._work.reading() as work:
            return _found(work.appointments.get(appointment_id))

    def change_status(self, user: User, appointment_id: int, status: Status) -> Appointment:
        with self._work() as work:
            appointment = _found(work.appointments.lock(appointment_id))
            old = appointment.status
            if status not in FOLLOWING[old]:
                raise Conflict("illegal_transition", f"From {old} it cannot become {status}.")
            appointment.status = status
            work.appointments.save(appointment)
            record(
                work,
                user,
                "appointment.status_changed",
                appointment.id,
                {"status": old},
                {"status": status},
            )
        return appointment

    def add_treatment(self, appointment_id: int, service_id: int, quantity: int) -> Treatment:
        with self._work() as work:
            appointment = _found(work.appointments.lock(appointment_id))
            service = work.services.get(service_id)
            if service is None:
                raise Invalid({"service_id": "belongs to nothing"})
            if appointment.status not in ("confirmed", "completed"):
                raise Conflict("not_treatable", f"The appointment is {appointment.status}.")
            if appointment.invoice is not None:
                raise Conflict("already_invoiced", "The appointment has an invoice.")
            treatment = _treatment(service, quantity)
            appointment.treatments.append(treatment)
            work.appointments.save(appointment)
        return treatment


def _found(appointment: Appointment | None) -> Appointment:
    if appointment is None:
        raise NotFound("appointment")
    return appointment


def _treatment(service: Service, quantity: int) -> Treatment:
    """With copies of what the service is now: a later change of the price list is none of it."""
    net_cents = service.price_cents * quantity
    return Treatment(
        service_id=service.id,
        name=service.name,
        price_cents=service.price_cents,
        tax_bp=service.tax_bp,
        quantity=quantity,
        net_cents=net_cents,
        tax_cents=tax_on(net_cents, service.tax_bp),
    )
