from toolshed.errors import Conflict, NotFound
from toolshed.models import Tool
from toolshed.repositories.loans import LoanRepository
from toolshed.repositories.tools import ToolRepository


class ToolService:
    def __init__(self, tools: ToolRepository, loans: LoanRepository) -> None:
        self.tools = tools
        self.loans = loans

    async def create(self, name: str, category: str) -> Tool:
        return await self.tools.add(Tool(name=name, category=category))

    async def get(self, tool_id: int) -> Tool:
        tool = await self.tools.get(tool_id)
        if tool is None or tool.retired:
            raise NotFound(f"There is no tool {tool_id}.")
        return tool

    async def list(self, category: str | None, available: bool | None) -> list[Tool]:
        return await self.tools.list(category, available)

    async def retire(self, tool_id: int) -> None:
        tool = await self.get(tool_id)
        if await self.loans.open_for_tool(tool_id):
            raise Conflict("A tool that is out cannot be retired.")
        tool.retired = True
