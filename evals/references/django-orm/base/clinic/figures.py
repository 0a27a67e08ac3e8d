"""What reports tell."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from clinic.models import Practitioner


@dataclass(frozen=True)
class Figures:
    """Of some invoices."""

    net_cents: int = 0
    tax_cents: int = 0
    gross_cents: int = 0
    paid_cents: int = 0
    invoices: int = 0
    treatments: int = 0

    @classmethod
    def total(cls, rows: Iterable["Figures"]) -> "Figures":
        return cls(*map(sum, zip(*map(astuple, rows), strict=True)))


@dataclass(frozen=True)
class Revenue:
    rows: Sequence[tuple[date | Practitioner, Figures]]
    totals: Figures


@dataclass(frozen=True)
class Utilisation:
    """Of one practitioner."""

    practitioner: Practitioner
    booked_minutes: int
    appointments: int
