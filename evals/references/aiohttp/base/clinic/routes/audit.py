from aiohttp import web

from clinic.authentication import managers_only
from clinic.keys import SERVICES
from clinic.routes.answers import answer
from clinic.schemas.audit import AuditPage, AuditQuery
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.get("/audit")
@managers_only
@valid(query=AuditQuery)
async def list_audit(request: web.Request, query: AuditQuery) -> web.Response:
    page = await request.app[SERVICES].audit.list(query.filter, query.cursor, query.limit)
    return answer(AuditPage.of(page))
