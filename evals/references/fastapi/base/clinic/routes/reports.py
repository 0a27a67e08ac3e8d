from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, logged_in, managers_only, query_of
from clinic.routes.base import Route
from clinic.schemas.reports import RevenueOut, RevenueQuery, UtilisationOut, UtilisationQuery

router = APIRouter(route_class=Route, prefix="/reports", dependencies=[logged_in, managers_only])


@router.get("/revenue")
async def report_revenue(
    query: Annotated[RevenueQuery, query_of(RevenueQuery)], services: AllServices
) -> RevenueOut:
    revenue = await services.reports.revenue(
        query.first, query.last, query.group_by, query.practitioner_id
    )
    return RevenueOut.of(query, revenue)


@router.get("/utilisation")
async def report_utilisation(
    query: Annotated[UtilisationQuery, query_of(UtilisationQuery)], services: AllServices
) -> UtilisationOut:
    rows = await services.reports.utilisation(query.start, query.end)
    return UtilisationOut.of(query, rows)
