from typing import Annotated

from fastapi import APIRouter, Depends, status

from toolshed.dependencies import reservation_service
from toolshed.schemas.reservations import QueuedReservationOut, ReservationIn, ReservationOut
from toolshed.services.reservations import ReservationService

router = APIRouter(tags=["reservations"])
Service = Annotated[ReservationService, Depends(reservation_service)]


@router.post("/tools/{tool_id}/reservations", status_code=status.HTTP_201_CREATED)
async def reserve(tool_id: int, body: ReservationIn, service: Service) -> ReservationOut:
    return ReservationOut.model_validate(await service.reserve(tool_id, body.member_id))


@router.get("/tools/{tool_id}/reservations")
async def list_queue(tool_id: int, service: Service) -> list[QueuedReservationOut]:
    return [QueuedReservationOut.model_validate(row) for row in await service.queue_of(tool_id)]


@router.delete("/reservations/{reservation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def cancel(reservation_id: int, service: Service) -> None:
    await service.cancel(reservation_id)
