from typing import Annotated

from fastapi import APIRouter

from library.dependencies import AllServices, librarians_only, logged_in, query_of
from library.routes.base import Route
from library.schemas.reports import OverdueOut, OverdueQuery

router = APIRouter(route_class=Route, prefix="/reports", dependencies=[logged_in, librarians_only])


@router.get("/overdue")
async def report_overdue(
    query: Annotated[OverdueQuery, query_of(OverdueQuery)], services: AllServices
) -> OverdueOut:
    report = await services.reports.overdue(query.day)
    return OverdueOut.of(query, report)
