from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from toolshed.models import Member


class MemberRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, member_id: int) -> Member | None:
        return await self.session.get(Member, member_id)

    async def by_email(self, email: str) -> Member | None:
        query = select(Member).where(func.lower(Member.email) == email.lower())
        return await self.session.scalar(query)

    async def add(self, member: Member) -> Member:
        self.session.add(member)
        await self.session.flush()
        return member
