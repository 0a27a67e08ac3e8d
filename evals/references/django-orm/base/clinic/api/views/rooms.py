from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import body_of, checked, page_of, query_of
from clinic.api.serializers.rooms import RoomIn, RoomOut, RoomQuery
from clinic.api.views.base import Resource
from clinic.services import rooms


class RoomViewSet(Resource):
    managers_only = frozenset({"create"})

    def create(self, request: Request) -> Response:
        room = rooms.create(**checked(RoomIn(data=body_of(request))))
        return Response(RoomOut(room).data, 201)

    def list(self, request: Request) -> Response:
        return Response(page_of(rooms.list(**query_of(request, RoomQuery)), RoomOut))
