from django.http import HttpResponse
from django.urls import path

from clinic.authentication import managers_only
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.services import ServiceIn, ServiceOut, ServicePage, ServicePatch, ServiceQuery
from clinic.validation import valid


class ServicesView(Resource):
    @managers_only
    @valid(body=ServiceIn)
    def post(self, request: ClinicRequest, body: ServiceIn) -> HttpResponse:
        service = services.price_list.create(request.user, body.model_dump())
        return answered(ServiceOut.model_validate(service), 201)

    @valid(query=ServiceQuery)
    def get(self, request: ClinicRequest, query: ServiceQuery) -> HttpResponse:
        page = services.price_list.list(query.cursor, query.limit)
        return answered(ServicePage.of(page))


class ServiceView(Resource):
    @managers_only
    @valid(of=lambda id_: services.price_list.read(id_), body=ServicePatch)
    def patch(self, request: ClinicRequest, service_id: int, body: ServicePatch) -> HttpResponse:
        service = services.price_list.update(request.user, service_id, body.changes)
        return answered(ServiceOut.model_validate(service))


urlpatterns = [
    path("", ServicesView.as_view()),
    path("/<id:service_id>", ServiceView.as_view()),
]
