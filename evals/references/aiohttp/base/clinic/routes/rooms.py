from aiohttp import web

from clinic.authentication import managers_only
from clinic.keys import SERVICES
from clinic.routes.answers import answer
from clinic.schemas.rooms import RoomIn, RoomOut, RoomPage, RoomQuery
from clinic.validation import valid

routes = web.RouteTableDef()


@routes.post("/rooms")
@managers_only
@valid(body=RoomIn)
async def create_room(request: web.Request, body: RoomIn) -> web.Response:
    room = await request.app[SERVICES].rooms.create(body.name)
    return answer(RoomOut.model_validate(room), 201)


@routes.get("/rooms")
@valid(query=RoomQuery)
async def list_rooms(request: web.Request, query: RoomQuery) -> web.Response:
    page = await request.app[SERVICES].rooms.list(query.cursor, query.limit)
    return answer(RoomPage.of(page))
