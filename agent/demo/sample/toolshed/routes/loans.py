from typing import Annotated

from fastapi import APIRouter, Depends, status

from toolshed.dependencies import loan_service
from toolshed.schemas.loans import LoanIn, LoanOut
from toolshed.services.loans import LoanService

router = APIRouter(prefix="/loans", tags=["loans"])
Service = Annotated[LoanService, Depends(loan_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def borrow(body: LoanIn, service: Service) -> LoanOut:
    return LoanOut.model_validate(await service.borrow(body.tool_id, body.member_id))


@router.post("/{loan_id}/return")
async def give_back(loan_id: int, service: Service) -> LoanOut:
    return LoanOut.model_validate(await service.give_back(loan_id))
