from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.appointments import (
    AppointmentIn,
    AppointmentOut,
    AppointmentQuery,
    StatusIn,
    TreatmentIn,
    TreatmentOut,
)
from clinic.api.serializers.base import body_of, checked, page_of, query_of
from clinic.api.serializers.invoices import InvoiceIn, InvoiceOut
from clinic.api.views.base import Resource
from clinic.services import appointments, invoices


class AppointmentViewSet(Resource):
    lookup_url_kwarg = "appointment_id"
    must_exist = staticmethod(appointments.read)

    def create(self, request: Request) -> Response:
        appointment = appointments.create(**checked(AppointmentIn(data=body_of(request))))
        return Response(AppointmentOut(appointment).data, 201)

    def list(self, request: Request) -> Response:
        page = appointments.list(**query_of(request, AppointmentQuery))
        return Response(page_of(page, AppointmentOut))

    def retrieve(self, request: Request, appointment_id: int) -> Response:
        return Response(AppointmentOut(appointments.read(appointment_id)).data)

    @action(detail=True, methods=["post"], url_path="status")
    def change_status(self, request: Request, appointment_id: int) -> Response:
        values = checked(StatusIn(data=body_of(request)))
        appointment = appointments.change_status(request.user, appointment_id, **values)
        return Response(AppointmentOut(appointment).data)

    @action(detail=True, methods=["post"], url_path="treatments")
    def add_treatment(self, request: Request, appointment_id: int) -> Response:
        values = checked(TreatmentIn(data=body_of(request)))
        treatment = appointments.add_treatment(appointment_id, **values)
        return Response(TreatmentOut(treatment).data, 201)

    @action(detail=True, methods=["post"], url_path="invoice")
    def issue_invoice(self, request: Request, appointment_id: int) -> Response:
        values = checked(InvoiceIn(data=body_of(request)))
        invoice = invoices.issue_invoice(request.user, appointment_id, **values)
        return Response(InvoiceOut(invoice).data, 201)
