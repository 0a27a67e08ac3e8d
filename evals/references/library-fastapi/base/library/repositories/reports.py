from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, cast, extract, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from library.figures import Overdue
from library.models import Loan, User

_SECONDS_OF_A_DAY = 24 * 60 * 60


class ReportRepository:
    """Sums and counts, made by the database."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def overdue(self, day: date) -> Sequence[Overdue]:
        """The open loans that were due before the day, summed up by user, in order of their ids."""
        # Counted in seconds: databases differ in how they subtract days.
        late = extract("epoch", literal(day)) - extract("epoch", Loan.due_on)
        rows = await self._session.execute(
            select(User, func.count(), cast(func.sum(late), BigInteger))
            .join(Loan, Loan.user_id == User.id)
            .where(Loan.is_open, Loan.due_on < day)
            .group_by(User.id)
            .order_by(User.id)
        )
        return [Overdue(user, loans, seconds // _SECONDS_OF_A_DAY) for user, loans, seconds in rows]
