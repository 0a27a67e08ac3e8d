from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from toolshed.models import Loan


class LoanRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, loan_id: int) -> Loan | None:
        return await self.session.get(Loan, loan_id)

    async def refresh(self, loan: Loan) -> None:
        """Read it again: what was read before a lock was taken may be stale."""
        await self.session.refresh(loan)

    async def open_for_tool(self, tool_id: int) -> Loan | None:
        query = select(Loan).where(Loan.tool_id == tool_id, Loan.returned_at.is_(None))
        return await self.session.scalar(query)

    async def of_member(self, member_id: int) -> list[Loan]:
        query = (
            select(Loan)
            .where(Loan.member_id == member_id)
            .options(selectinload(Loan.tool))
            .order_by(Loan.borrowed_at, Loan.id)
        )
        return list(await self.session.scalars(query))

    async def add(self, loan: Loan) -> Loan:
        self.session.add(loan)
        await self.session.flush()
        return loan
