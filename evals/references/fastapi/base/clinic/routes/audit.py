from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, logged_in, managers_only, query_of
from clinic.routes.base import Route
from clinic.schemas.audit import AuditPage, AuditQuery

router = APIRouter(route_class=Route, prefix="/audit", dependencies=[logged_in, managers_only])


@router.get("")
async def list_audit(
    query: Annotated[AuditQuery, query_of(AuditQuery)], services: AllServices
) -> AuditPage:
    page = await services.audit.list(query.filter, query.cursor, query.limit)
    return AuditPage.of(page)
