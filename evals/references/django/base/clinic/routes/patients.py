from django.http import HttpResponse
from django.urls import path

from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.patients import PatientIn, PatientOut, PatientPage, PatientPatch, PatientQuery
from clinic.validation import valid


class PatientsView(Resource):
    @valid(body=PatientIn)
    def post(self, request: ClinicRequest, body: PatientIn) -> HttpResponse:
        patient = services.patients.create(request.user, body.model_dump())
        return answered(PatientOut.model_validate(patient), 201)

    @valid(query=PatientQuery)
    def get(self, request: ClinicRequest, query: PatientQuery) -> HttpResponse:
        page = services.patients.list(query.filter, query.cursor, query.limit)
        return answered(PatientPage.of(page))


class PatientView(Resource):
    def get(self, request: ClinicRequest, patient_id: int) -> HttpResponse:
        patient = services.patients.read(patient_id)
        return answered(PatientOut.model_validate(patient))

    @valid(of=lambda id_: services.patients.read(id_), body=PatientPatch)
    def patch(self, request: ClinicRequest, patient_id: int, body: PatientPatch) -> HttpResponse:
        patient = services.patients.update(request.user, patient_id, body.changes)
        return answered(PatientOut.model_validate(patient))

    def delete(self, request: ClinicRequest, patient_id: int) -> HttpResponse:
        services.patients.delete(request.user, patient_id)
        return HttpResponse(status=204)


urlpatterns = [
    path("", PatientsView.as_view()),
    path("/<id:patient_id>", PatientView.as_view()),
]
