from typing import Annotated

from fastapi import APIRouter, Depends, status

from app.dependencies import part_service
from app.schemas.fields import Id
from app.schemas.parts import DeliveryIn, PartIn, PartOut
from app.services.parts import PartService

router = APIRouter(prefix="/parts", tags=["parts"])
Service = Annotated[PartService, Depends(part_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_part(body: PartIn, service: Service) -> PartOut:
    return PartOut.model_validate(await service.create(body.sku, body.name, body.price_cents))


@router.post("/{part_id}/deliveries")
async def deliver_part(part_id: Id, body: DeliveryIn, service: Service) -> PartOut:
    return PartOut.model_validate(await service.deliver(part_id, body.quantity, body.new_price))
