from rest_framework import serializers

from clinic.api.fields import IdempotencyKey, Instant, Integer
from clinic.api.serializers.appointments import TreatmentOut
from clinic.api.serializers.base import RefOut, Strict
from clinic.models import Invoice, Method, Payment


class InvoiceIn(Strict):
    issued_at = Instant(required=False)


class PaymentIn(Strict):
    amount_cents = Integer(min_value=1, max_value=1_000_000_000_000)
    method = serializers.ChoiceField(Method)


class PaymentHeaders(Strict):
    wire_names = {"key": "Idempotency-Key"}

    key = IdempotencyKey(required=False)


class PaymentOut(serializers.ModelSerializer):
    invoice_id = serializers.IntegerField()

    class Meta:
        model = Payment
        fields = ["id", "invoice_id", "amount_cents", "method", "balance_cents", "paid_at"]


class InvoiceOut(serializers.ModelSerializer):
    appointment_id = serializers.IntegerField()
    patient = RefOut()
    status = serializers.CharField()
    lines = TreatmentOut(many=True)
    payments = PaymentOut(many=True)

    class Meta:
        model = Invoice
        fields = [
            "id",
            "appointment_id",
            "patient",
            "status",
            "issued_at",
            "net_cents",
            "tax_cents",
            "gross_cents",
            "paid_cents",
            "balance_cents",
            "lines",
            "payments",
        ]
