from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import managers_only
from clinic.context import services
from clinic.schemas.rooms import RoomIn, RoomOut, RoomPage, RoomQuery
from clinic.validation import valid

blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")


@blueprint.post("")
@managers_only
@valid(body=RoomIn)
def create_room(body: RoomIn) -> ResponseReturnValue:
    room = services.rooms.create(body.name)
    return jsonify(RoomOut.model_validate(room)), 201


@blueprint.get("")
@valid(query=RoomQuery)
def list_rooms(query: RoomQuery) -> ResponseReturnValue:
    page = services.rooms.list(query.cursor, query.limit)
    return jsonify(RoomPage.of(page))
