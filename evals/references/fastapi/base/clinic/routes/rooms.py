from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, logged_in, managers_only, query_of
from clinic.routes.base import Route
from clinic.schemas.rooms import RoomIn, RoomOut, RoomPage, RoomQuery

router = APIRouter(route_class=Route, prefix="/rooms", dependencies=[logged_in])


@router.post("", status_code=201, dependencies=[managers_only])
async def create_room(body: RoomIn, services: AllServices) -> RoomOut:
    room = await services.rooms.create(body.name)
    return RoomOut.model_validate(room)


@router.get("")
async def list_rooms(
    query: Annotated[RoomQuery, query_of(RoomQuery)], services: AllServices
) -> RoomPage:
    page = await services.rooms.list(query.cursor, query.limit)
    return RoomPage.of(page)
