from aiohttp import web

from clinic.authentication import public
from clinic.keys import SERVICES, USER
from clinic.routes.answers import answer
from clinic.schemas.users import UserIn, UserOut
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.post("/users")
@public
@valid(body=UserIn)
async def register(request: web.Request, body: UserIn) -> web.Response:
    accounts = request.app[SERVICES].accounts
    user = await accounts.register(body.email, body.password, body.name)
    return answer(UserOut.model_validate(user), 201)


@routes.get("/users/me")
async def me(request: web.Request) -> web.Response:
    return answer(UserOut.model_validate(request[USER]))
