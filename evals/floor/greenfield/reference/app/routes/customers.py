from typing import Annotated

from fastapi import APIRouter, Depends, status

from app.dependencies import bike_service, customer_service
from app.schemas.customers import (
    BikeIn,
    BikeOut,
    CustomerIn,
    CustomerOut,
    CustomerPatch,
    OwnedBikeOut,
)
from app.schemas.fields import Id, Text
from app.schemas.pages import CustomerCursor, Limit, PageOut, customer_cursor, customer_position
from app.services.bikes import BikeService
from app.services.customers import CustomerService

router = APIRouter(prefix="/customers", tags=["customers"])
Customers = Annotated[CustomerService, Depends(customer_service)]
Bikes = Annotated[BikeService, Depends(bike_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_customer(body: CustomerIn, customers: Customers) -> CustomerOut:
    return CustomerOut.model_validate(await customers.create(body.name, body.email, body.phone))


@router.get("")
async def list_customers(
    customers: Customers,
    search: Text | None = None,
    limit: Limit = 20,
    cursor: CustomerCursor | None = None,
) -> PageOut[CustomerOut]:
    after = customer_position(cursor) if cursor is not None else None
    page = await customers.list(search, after, limit)
    return PageOut(
        items=[CustomerOut.model_validate(customer) for customer in page.items],
        next_cursor=customer_cursor(page.last.id) if page.last else None,
    )


@router.get("/{customer_id}")
async def read_customer(customer_id: Id, customers: Customers) -> CustomerOut:
    return CustomerOut.model_validate(await customers.get(customer_id))


@router.patch("/{customer_id}")
async def update_customer(
    customer_id: Id, body: CustomerPatch, customers: Customers
) -> CustomerOut:
    return CustomerOut.model_validate(await customers.update(customer_id, body.changes))


@router.post("/{customer_id}/bikes", status_code=status.HTTP_201_CREATED)
async def add_bike(customer_id: Id, body: BikeIn, bikes: Bikes) -> BikeOut:
    return BikeOut.model_validate(await bikes.add(customer_id, body.model, body.frame_number))


@router.get("/{customer_id}/bikes")
async def list_bikes(customer_id: Id, bikes: Bikes) -> list[OwnedBikeOut]:
    return [
        OwnedBikeOut(**BikeOut.model_validate(bike).model_dump(), open_jobs=open_jobs)
        for bike, open_jobs in await bikes.of_customer(customer_id)
    ]
