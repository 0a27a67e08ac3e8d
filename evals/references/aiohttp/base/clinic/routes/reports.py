from aiohttp import web

from clinic.authentication import managers_only
from clinic.keys import SERVICES
from clinic.routes.answers import answer
from clinic.schemas.reports import RevenueOut, RevenueQuery, UtilisationOut, UtilisationQuery
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.get("/reports/revenue")
@managers_only
@valid(query=RevenueQuery)
async def report_revenue(request: web.Request, query: RevenueQuery) -> web.Response:
    revenue = await request.app[SERVICES].reports.revenue(
        query.first, query.last, query.group_by, query.practitioner_id
    )
    return answer(RevenueOut.of(query, revenue))


@routes.get("/reports/utilisation")
@managers_only
@valid(query=UtilisationQuery)
async def report_utilisation(request: web.Request, query: UtilisationQuery) -> web.Response:
    rows = await request.app[SERVICES].reports.utilisation(query.start, query.end)
    return answer(UtilisationOut.of(query, rows))
