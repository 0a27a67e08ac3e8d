from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import (
    AllServices,
    CurrentUser,
    ServiceId,
    logged_in,
    managers_only,
    query_of,
)
from clinic.routes.base import Route
from clinic.schemas.services import ServiceIn, ServiceOut, ServicePage, ServicePatch, ServiceQuery

router = APIRouter(route_class=Route, prefix="/services", dependencies=[logged_in])


@router.post("", status_code=201, dependencies=[managers_only])
async def create_service(body: ServiceIn, user: CurrentUser, services: AllServices) -> ServiceOut:
    service = await services.price_list.create(user, body.model_dump())
    return ServiceOut.model_validate(service)


@router.get("")
async def list_services(
    query: Annotated[ServiceQuery, query_of(ServiceQuery)], services: AllServices
) -> ServicePage:
    page = await services.price_list.list(query.cursor, query.limit)
    return ServicePage.of(page)


@router.patch("/{service_id}", dependencies=[managers_only])
async def update_service(
    service_id: ServiceId, body: ServicePatch, user: CurrentUser, services: AllServices
) -> ServiceOut:
    service = await services.price_list.update(user, service_id, body.changes)
    return ServiceOut.model_validate(service)
