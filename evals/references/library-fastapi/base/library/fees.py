"""What a borrower owes: integer cents."""

from datetime import date

_CENTS_PER_DAY = 25
_MOST_CENTS = 1000


def late_fee(due_on: date, returned_on: date) -> int:
    """For each day after the day that it was due on, up to a limit."""
    days_late = max((returned_on - due_on).days, 0)
    return min(days_late * _CENTS_PER_DAY, _MOST_CENTS)
