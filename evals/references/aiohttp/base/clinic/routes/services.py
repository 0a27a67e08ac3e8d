from aiohttp import web

from clinic.authentication import managers_only
from clinic.keys import SERVICES, USER
from clinic.models import Service
from clinic.routes.answers import answer
from clinic.schemas.services import ServiceIn, ServiceOut, ServicePage, ServicePatch, ServiceQuery
from clinic.validation import id_in_path, valid

routes = web.RouteTableDef()


async def in_path(request: web.Request) -> Service:
    return await request.app[SERVICES].price_list.read(id_in_path(request))


@routes.post("/services")
@managers_only
@valid(body=ServiceIn)
async def create_service(request: web.Request, body: ServiceIn) -> web.Response:
    price_list = request.app[SERVICES].price_list
    service = await price_list.create(request[USER], body.model_dump())
    return answer(ServiceOut.model_validate(service), 201)


@routes.get("/services")
@valid(query=ServiceQuery)
async def list_services(request: web.Request, query: ServiceQuery) -> web.Response:
    page = await request.app[SERVICES].price_list.list(query.cursor, query.limit)
    return answer(ServicePage.of(page))


@routes.patch("/services/{service_id}")
@managers_only
@valid(of=in_path, body=ServicePatch)
async def update_service(request: web.Request, body: ServicePatch) -> web.Response:
    price_list = request.app[SERVICES].price_list
    service = await price_list.update(request[USER], id_in_path(request), body.changes)
    return answer(ServiceOut.model_validate(service))
