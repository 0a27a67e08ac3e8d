from django.http import HttpResponse
from django.urls import path

from clinic.authentication import managers_only
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.rooms import RoomIn, RoomOut, RoomPage, RoomQuery
from clinic.validation import valid


class RoomsView(Resource):
    @managers_only
    @valid(body=RoomIn)
    def post(self, request: ClinicRequest, body: RoomIn) -> HttpResponse:
        room = services.rooms.create(body.name)
        return answered(RoomOut.model_validate(room), 201)

    @valid(query=RoomQuery)
    def get(self, request: ClinicRequest, query: RoomQuery) -> HttpResponse:
        page = services.rooms.list(query.cursor, query.limit)
        return answered(RoomPage.of(page))


urlpatterns = [path("", RoomsView.as_view())]
