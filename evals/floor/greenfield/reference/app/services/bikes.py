from collections.abc import Sequence

from app.errors import Conflict, NotFound, Taken
from app.models import Bike
from app.repositories.bikes import BikeRepository
from app.repositories.customers import CustomerRepository


class BikeService:
    def __init__(self, bikes: BikeRepository, customers: CustomerRepository) -> None:
        self.bikes = bikes
        self.customers = customers

    async def add(self, customer_id: int, model: str, frame_number: str) -> Bike:
        await self._require(customer_id)
        try:
            return await self.bikes.add(
                Bike(customer_id=customer_id, model=model, frame_number=frame_number)
            )
        except Taken as error:
            raise Conflict("This frame number is registered.") from error

    async def of_customer(self, customer_id: int) -> Sequence[tuple[Bike, int]]:
        await self._require(customer_id)
        return await self.bikes.of_customer(customer_id)

    async def _require(self, customer_id: int) -> None:
        if await self.customers.get(customer_id) is None:
            raise NotFound("There is no such customer.")
