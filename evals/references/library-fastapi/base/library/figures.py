"""What the report tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from library.models import User


@dataclass(frozen=True)
class Overdue:
    """The overdue loans of one user."""

    user: User
    loans: int
    days: int


@dataclass(frozen=True)
class OverdueReport:
    rows: Sequence[Overdue]

    @property
    def total_loans(self) -> int:
        return sum(row.loans for row in self.rows)
