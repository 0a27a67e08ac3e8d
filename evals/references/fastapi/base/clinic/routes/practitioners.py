from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, logged_in, managers_only, query_of
from clinic.routes.base import Route
from clinic.schemas.practitioners import (
    PractitionerIn,
    PractitionerOut,
    PractitionerPage,
    PractitionerQuery,
)

router = APIRouter(route_class=Route, prefix="/practitioners", dependencies=[logged_in])


@router.post("", status_code=201, dependencies=[managers_only])
async def create_practitioner(body: PractitionerIn, services: AllServices) -> PractitionerOut:
    practitioner = await services.practitioners.create(body.name, body.specialties)
    return PractitionerOut.model_validate(practitioner)


@router.get("")
async def list_practitioners(
    query: Annotated[PractitionerQuery, query_of(PractitionerQuery)], services: AllServices
) -> PractitionerPage:
    page = await services.practitioners.list(query.specialty, query.cursor, query.limit)
    return PractitionerPage.of(page)
