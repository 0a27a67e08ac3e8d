from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    select,
)
from sqlalchemy.orm import Session

from clinic.figures import Figures, Utilisation
from clinic.models import Appointment, Invoice, Payment, Practitioner, Treatment

_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS_OF_A_DAY = 24 * 60 * 60


class ReportRepository:
    """Sums and counts, made by the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def revenue_by_day(
        self, start: datetime, end: datetime, practitioner_id: int | None
    ) -> Sequence[tuple[date, Figures]]:
        """The invoices issued from start until end, summed up by day, in order of the days."""
        invoices = _invoices(start, end, practitioner_id)
        day = invoices.c.day
        rows = self._session.execute(select(day, *_figures(invoices)).group_by(day).order_by(day))
        return [(date.fromordinal(_EPOCH + number), Figures(*sums)) for number, *sums in rows]

    def revenue_by_practitioner(
        self, start: datetime, end: datetime, practitioner_id: int | None
    ) -> Sequence[tuple[Practitioner, Figures]]:
        """The same invoices, summed up by practitioner, in order of their ids."""
        invoices = _invoices(start, end, practitioner_id)
        rows = self._session.execute(
            select(Practitioner, *_figures(invoices))
            .join(invoices, invoices.c.practitioner_id == Practitioner.id)
            .group_by(Practitioner.id)
            .order_by(Practitioner.id)
        )
        return [(practitioner, Figures(*sums)) for practitioner, *sums in rows]

    def utilisation(self, start: datetime, end: datetime) -> Sequence[Utilisation]:
        """What of the time from start until end is booked, of every practitioner by id."""
        booked = and_(
            Appointment.practitioner_id == Practitioner.id,
            Appointment.status != "cancelled",
            Appointment.starts_at < end,
            Appointment.ends_at > start,
        )
        first = case((Appointment.starts_at < start, start), else_=Appointment.starts_at)
        last = case((Appointment.ends_at > end, end), else_=Appointment.ends_at)
        seconds = _sum(extract("epoch", last) - extract("epoch", first))
        rows = self._session.execute(
            select(Practitioner, seconds, func.count(Appointment.id))
            .outerjoin(Appointment, booked)
            .group_by(Practitioner.id)
            .order_by(Practitioner.id)
        )
        return [
            Utilisation(practitioner, booked_seconds // 60, appointments)
            for practitioner, booked_seconds, appointments in rows
        ]


def _invoices(start: datetime, end: datetime, practitioner_id: int | None) -> Subquery:
    """One row for each invoice, so that lines and payments multiply nothing."""
    paid = select(_sum(Payment.amount_cents)).where(Payment.invoice_id == Invoice.id)
    lines = select(func.count()).where(Treatment.appointment_id == Invoice.appointment_id)
    query = (
        select(
            # Days are counted from the epoch: databases differ in how they cut an instant.
            (cast(extract("epoch", Invoice.issued_at), BigInteger) // _SECONDS_OF_A_DAY).label(
                "day"
            ),
            Appointment.practitioner_id,
            Invoice.net_cents,
            Invoice.tax_cents,
            paid.scalar_subquery().label("paid_cents"),
            lines.scalar_subquery().label("treatments"),
        )
        .join(Invoice.appointment)
        .where(Invoice.issued_at >= start, Invoice.issued_at < end)
    )
    if practitioner_id is not None:
        query = query.where(Appointment.practitioner_id == practitioner_id)
    return query.subquery()


def _figures(invoices: Subquery) -> Sequence[ColumnElement[int]]:
    """In the order of Figures."""
    return (
        _sum(invoices.c.net_cents),
        _sum(invoices.c.tax_cents),
        _sum(invoices.c.net_cents + invoices.c.tax_cents),
        _sum(invoices.c.paid_cents),
        func.count(),
        _sum(invoices.c.treatments),
    )


def _sum(column: SQLColumnExpression[int]) -> ColumnElement[int]:
    """A sum of integers that is one itself, 0 of nothing."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
