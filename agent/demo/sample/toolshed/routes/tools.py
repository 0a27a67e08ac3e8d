from typing import Annotated

from fastapi import APIRouter, Depends, status

from toolshed.dependencies import tool_service
from toolshed.schemas.tools import ToolIn, ToolOut
from toolshed.services.tools import ToolService

router = APIRouter(prefix="/tools", tags=["tools"])
Service = Annotated[ToolService, Depends(tool_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_tool(body: ToolIn, service: Service) -> ToolOut:
    return ToolOut.model_validate(await service.create(body.name, body.category))


@router.get("")
async def list_tools(
    service: Service, category: str | None = None, available: bool | None = None
) -> list[ToolOut]:
    return [ToolOut.model_validate(tool) for tool in await service.list(category, available)]


@router.get("/{tool_id}")
async def read_tool(tool_id: int, service: Service) -> ToolOut:
    return ToolOut.model_validate(await service.get(tool_id))


@router.delete("/{tool_id}", status_code=status.HTTP_204_NO_CONTENT)
async def retire_tool(tool_id: int, service: Service) -> None:
    await service.retire(tool_id)
