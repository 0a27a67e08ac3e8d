from typing import Any

from app.clock import now
from app.errors import Conflict, NotFound, Taken
from app.models import Customer
from app.paging import Page, cut
from app.repositories.customers import CustomerRepository

TAKEN = "This email belongs to another customer."


class CustomerService:
    def __init__(self, customers: CustomerRepository) -> None:
        self.customers = customers

    async def create(self, name: str, email: str, phone: str | None) -> Customer:
        try:
            return await self.customers.add(
                Customer(name=name, email=email, phone=phone, created_at=now())
            )
        except Taken as error:
            raise Conflict(TAKEN) from error

    async def get(self, customer_id: int) -> Customer:
        customer = await self.customers.get(customer_id)
        if customer is None:
            raise NotFound("There is no such customer.")
        return customer

    async def list(self, search: str | None, after: int | None, limit: int) -> Page[Customer]:
        return cut(await self.customers.list(search, after, limit + 1), limit)

    async def update(self, customer_id: int, changes: dict[str, Any]) -> Customer:
        customer = await self.get(customer_id)
        for field, value in changes.items():
            setattr(customer, field, value)
        try:
            await self.customers.flush()
        except Taken as error:
            raise Conflict(TAKEN) from error
        return customer
