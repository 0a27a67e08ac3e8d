from aiohttp import web

from clinic.authentication import public
from clinic.keys import SERVICES
from clinic.routes.answers import answer
from clinic.schemas.sessions import SessionIn, SessionOut
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.post("/sessions")
@public
@valid(body=SessionIn)
async def login(request: web.Request, body: SessionIn) -> web.Response:
    token = await request.app[SERVICES].accounts.login(body.email, body.password)
    return answer(SessionOut(token=token), 201)
