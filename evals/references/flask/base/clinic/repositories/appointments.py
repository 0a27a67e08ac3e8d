from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from clinic.cursors import InstantKey, Page
from clinic.filters import AppointmentFilter
from clinic.models import Appointment, Invoice
from clinic.repositories.base import Repository


class AppointmentRepository(Repository[Appointment]):
    def get(self, appointment_id: int) -> Appointment | None:
        return self._session.scalar(_complete().where(Appointment.id == appointment_id))

    def lock(self, appointment_id: int) -> Appointment | None:
        """As get, and nobody else changes the appointment until the end of the transaction."""
        held = select(Appointment.id).where(Appointment.id == appointment_id).with_for_update()
        if self._session.scalar(held) is None:
            return None
        # Read by a statement of its own: only that sees what the last holder left beside the row.
        return self.get(appointment_id)

    def overlap(
        self, practitioner_id: int, room_id: int, starts_at: datetime, ends_at: datetime
    ) -> bool:
        """Whether one that is not cancelled takes the practitioner or the room at that time."""
        query = select(Appointment.id).where(
            or_(Appointment.practitioner_id == practitioner_id, Appointment.room_id == room_id),
            Appointment.status != "cancelled",
            Appointment.starts_at < ends_at,
            Appointment.ends_at > starts_at,
        )
        return self._session.scalar(query.limit(1)) is not None

    def list(
        self, wanted: AppointmentFilter, after: InstantKey | None, limit: int
    ) -> Page[Appointment]:
        order = (Appointment.starts_at, Appointment.id)
        return self._page(_matching(wanted), order, after, limit)


def _complete() -> Select[Appointment]:
    return select(Appointment).options(
        joinedload(Appointment.patient, innerjoin=True),
        joinedload(Appointment.practitioner, innerjoin=True),
        joinedload(Appointment.room, innerjoin=True),
        joinedload(Appointment.invoice).load_only(Invoice.id),
        selectinload(Appointment.treatments),
    )


def _matching(wanted: AppointmentFilter) -> Select[Appointment]:
    query = _complete()
    if wanted.patient_id is not None:
        query = query.where(Appointment.patient_id == wanted.patient_id)
    if wanted.practitioner_id is not None:
        query = query.where(Appointment.practitioner_id == wanted.practitioner_id)
    if wanted.room_id is not None:
        query = query.where(Appointment.room_id == wanted.room_id)
    if wanted.statuses:
        query = query.where(Appointment.status.in_(wanted.statuses))
    if wanted.start is not None:
        query = query.where(Appointment.ends_at > wanted.start)
    if wanted.end is not None:
        query = query.where(Appointment.starts_at < wanted.end)
    return query
