from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from toolshed.models import Loan, Tool


class ToolRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, tool_id: int) -> Tool | None:
        return await self.session.get(Tool, tool_id)

    async def get_for_update(self, tool_id: int) -> Tool | None:
        """The tool, locked until the transaction ends: two borrowers cannot both find it free."""
        return await self.session.get(Tool, tool_id, with_for_update=True)

    async def list(self, category: str | None, available: bool | None) -> list[Tool]:
        query = select(Tool).where(Tool.retired.is_(False)).order_by(Tool.id)
        if category is not None:
            query = query.where(Tool.category == category)
        if available is not None:
            lent = select(Loan.tool_id).where(Loan.returned_at.is_(None))
            query = query.where(Tool.id.not_in(lent) if available else Tool.id.in_(lent))
        return list(await self.session.scalars(query))

    async def add(self, tool: Tool) -> Tool:
        self.session.add(tool)
        await self.session.flush()
        return tool
