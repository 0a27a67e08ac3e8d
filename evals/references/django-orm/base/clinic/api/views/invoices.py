from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import body_of, checked
from clinic.api.serializers.invoices import InvoiceOut, PaymentHeaders, PaymentIn, PaymentOut
from clinic.api.views.base import Resource
from clinic.services import invoices, payments


class InvoiceViewSet(Resource):
    lookup_url_kwarg = "invoice_id"
    must_exist = staticmethod(invoices.read)

    def retrieve(self, request: Request, invoice_id: int) -> Response:
        return Response(InvoiceOut(invoices.read(invoice_id)).data)

    @action(detail=True, methods=["post"], url_path="payments")
    def pay(self, request: Request, invoice_id: int) -> Response:
        body = PaymentIn(data=body_of(request))
        sent = {name: value for name, value in request.headers.items() if name == "Idempotency-Key"}
        payment = payments.pay(request.user, invoice_id, **checked(body, PaymentHeaders(data=sent)))
        return Response(PaymentOut(payment).data, 201)
