from django.http import HttpResponse
from django.urls import path

from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.invoices import InvoiceOut, PaymentHeaders, PaymentIn, PaymentOut
from clinic.validation import valid


class InvoiceView(Resource):
    def get(self, request: ClinicRequest, invoice_id: int) -> HttpResponse:
        invoice = services.invoices.read(invoice_id)
        return answered(InvoiceOut.model_validate(invoice))


class PaymentsView(Resource):
    @valid(of=lambda id_: services.invoices.read(id_), body=PaymentIn, headers=PaymentHeaders)
    def post(
        self, request: ClinicRequest, invoice_id: int, body: PaymentIn, headers: PaymentHeaders
    ) -> HttpResponse:
        payment = services.payments.pay(
            request.user, invoice_id, body.amount_cents, body.method, headers.key
        )
        return answered(PaymentOut.model_validate(payment), 201)


urlpatterns = [
    path("/<id:invoice_id>", InvoiceView.as_view()),
    path("/<id:invoice_id>/payments", PaymentsView.as_view()),
]
