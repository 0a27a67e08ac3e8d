from typing import Annotated

from fastapi import APIRouter, Depends, status

from toolshed.dependencies import member_service
from toolshed.schemas.members import MemberIn, MemberLoanOut, MemberOut
from toolshed.schemas.reservations import MemberReservationOut
from toolshed.services.members import MemberService

router = APIRouter(prefix="/members", tags=["members"])
Service = Annotated[MemberService, Depends(member_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def register_member(body: MemberIn, service: Service) -> MemberOut:
    return MemberOut.model_validate(await service.register(body.name, body.email))


@router.get("/{member_id}")
async def read_member(member_id: int, service: Service) -> MemberOut:
    return MemberOut.model_validate(await service.get(member_id))


@router.get("/{member_id}/loans")
async def list_loans(member_id: int, service: Service) -> list[MemberLoanOut]:
    return [MemberLoanOut.model_validate(loan) for loan in await service.loans_of(member_id)]


@router.get("/{member_id}/reservations")
async def list_reservations(member_id: int, service: Service) -> list[MemberReservationOut]:
    reservations = await service.reservations_of(member_id)
    return [MemberReservationOut.model_validate(reservation) for reservation in reservations]
