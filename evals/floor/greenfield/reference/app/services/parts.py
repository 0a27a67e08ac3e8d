from app.errors import Conflict, NotFound, Taken
from app.models import Part
from app.repositories.parts import PartRepository


class PartService:
    def __init__(self, parts: PartRepository) -> None:
        self.parts = parts

    async def create(self, sku: str, name: str, price_cents: int) -> Part:
        try:
            return await self.parts.add(Part(sku=sku, name=name, price_cents=price_cents))
        except Taken as error:
            raise Conflict("This sku exists.") from error

    async def deliver(self, part_id: int, quantity: int, price_cents: int | None) -> Part:
        for part in await self.parts.locked([part_id]):
            part.stock += quantity
            if price_cents is not None:
                part.price_cents = price_cents
            return part
        raise NotFound("There is no such part.")
