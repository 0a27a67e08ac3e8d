from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from clinic.errors import Invalid
from clinic.figures import Figures, Revenue, Utilisation
from clinic.instants import end_of, start_of
from clinic.models import Invoice, Practitioner


def revenue(*, first: date, last: date, group_by: str, practitioner_id: int | None) -> Revenue:
    """What was invoiced from the first to the last day, both included."""
    if last < first:
        raise Invalid({"to": "must not be before from"})
    issued = Invoice.objects.issued(start_of(first), end_of(last), practitioner_id)
    if group_by == "day":
        rows = [(row["day"], _figures(row)) for row in issued.revenue_by_day()]
    else:
        rows = [(_practitioner(row), _figures(row)) for row in issued.revenue_by_practitioner()]
    return Revenue(rows, Figures.total(figures for _, figures in rows))


def utilisation(*, start: datetime, end: datetime) -> Sequence[Utilisation]:
    """What of the time from start until end is booked, of every practitioner."""
    if end <= start:
        raise Invalid({"to": "must be after from"})
    return [
        Utilisation(
            practitioner=practitioner,
            booked_minutes=int(practitioner.booked_time.total_seconds()) // 60,
            appointments=practitioner.booked_appointments,
        )
        for practitioner in Practitioner.objects.booked(start, end).order_by("id")
    ]


def _practitioner(row: Mapping[str, Any]) -> Practitioner:
    return Practitioner(id=row["practitioner_id"], name=row["practitioner_name"])


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures(
        net_cents=row["net"],
        tax_cents=row["tax"],
        gross_cents=row["net"] + row["tax"],
        paid_cents=row["paid"],
        invoices=row["invoices"],
        treatments=row["treatments"],
    )
