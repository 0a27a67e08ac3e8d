from django.http import HttpResponse
from django.urls import path

from clinic.context import ClinicRequest, services
from clinic.models import Appointment
from clinic.routes.resource import Resource, answered
from clinic.schemas.appointments import (
    AppointmentIn,
    AppointmentOut,
    AppointmentPage,
    AppointmentQuery,
    StatusIn,
    TreatmentIn,
    TreatmentOut,
)
from clinic.schemas.invoices import InvoiceIn, InvoiceOut
from clinic.validation import valid


def in_path(appointment_id: int) -> Appointment:
    return services.appointments.read(appointment_id)


class AppointmentsView(Resource):
    @valid(body=AppointmentIn)
    def post(self, request: ClinicRequest, body: AppointmentIn) -> HttpResponse:
        appointment = services.appointments.create(**body.model_dump())
        return answered(AppointmentOut.model_validate(appointment), 201)

    @valid(query=AppointmentQuery)
    def get(self, request: ClinicRequest, query: AppointmentQuery) -> HttpResponse:
        page = services.appointments.list(query.filter, query.cursor, query.limit)
        return answered(AppointmentPage.of(page))


class AppointmentView(Resource):
    def get(self, request: ClinicRequest, appointment_id: int) -> HttpResponse:
        appointment = services.appointments.read(appointment_id)
        return answered(AppointmentOut.model_validate(appointment))


class StatusView(Resource):
    @valid(of=in_path, body=StatusIn)
    def post(self, request: ClinicRequest, appointment_id: int, body: StatusIn) -> HttpResponse:
        appointment = services.appointments.change_status(request.user, appointment_id, body.status)
        return answered(AppointmentOut.model_validate(appointment))


class TreatmentsView(Resource):
    @valid(of=in_path, body=TreatmentIn)
    def post(self, request: ClinicRequest, appointment_id: int, body: TreatmentIn) -> HttpResponse:
        treatment = services.appointments.add_treatment(
            appointment_id, body.service_id, body.quantity
        )
        return answered(TreatmentOut.model_validate(treatment), 201)


class InvoiceView(Resource):
    @valid(of=in_path, body=InvoiceIn)
    def post(self, request: ClinicRequest, appointment_id: int, body: InvoiceIn) -> HttpResponse:
        invoice = services.invoices.issue_invoice(request.user, appointment_id, body.issued_at)
        return answered(InvoiceOut.model_validate(invoice), 201)


urlpatterns = [
    path("", AppointmentsView.as_view()),
    path("/<id:appointment_id>", AppointmentView.as_view()),
    path("/<id:appointment_id>/status", StatusView.as_view()),
    path("/<id:appointment_id>/treatments", TreatmentsView.as_view()),
    path("/<id:appointment_id>/invoice", InvoiceView.as_view()),
]
