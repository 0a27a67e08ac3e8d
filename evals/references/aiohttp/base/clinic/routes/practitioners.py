from aiohttp import web

from clinic.authentication import managers_only
from clinic.keys import SERVICES
from clinic.routes.answers import answer
from clinic.schemas.practitioners import (
    PractitionerIn,
    PractitionerOut,
    PractitionerPage,
    PractitionerQuery,
)
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.post("/practitioners")
@managers_only
@valid(body=PractitionerIn)
async def create_practitioner(request: web.Request, body: PractitionerIn) -> web.Response:
    practitioners = request.app[SERVICES].practitioners
    practitioner = await practitioners.create(body.name, body.specialties)
    return answer(PractitionerOut.model_validate(practitioner), 201)


@routes.get("/practitioners")
@valid(query=PractitionerQuery)
async def list_practitioners(request: web.Request, query: PractitionerQuery) -> web.Response:
    practitioners = request.app[SERVICES].practitioners
    page = await practitioners.list(query.specialty, query.cursor, query.limit)
    return answer(PractitionerPage.of(page))
