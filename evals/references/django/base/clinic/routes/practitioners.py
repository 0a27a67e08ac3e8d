from django.http import HttpResponse
from django.urls import path

from clinic.authentication import managers_only
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.practitioners import (
    PractitionerIn,
    PractitionerOut,
    PractitionerPage,
    PractitionerQuery,
)
from clinic.validation import valid


class PractitionersView(Resource):
    @managers_only
    @valid(body=PractitionerIn)
    def post(self, request: ClinicRequest, body: PractitionerIn) -> HttpResponse:
        practitioner = services.practitioners.create(body.name, body.specialties)
        return answered(PractitionerOut.model_validate(practitioner), 201)

    @valid(query=PractitionerQuery)
    def get(self, request: ClinicRequest, query: PractitionerQuery) -> HttpResponse:
        page = services.practitioners.list(query.specialty, query.cursor, query.limit)
        return answered(PractitionerPage.of(page))


urlpatterns = [path("", PractitionersView.as_view())]
