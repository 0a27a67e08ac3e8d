from clinic.models import Method
from clinic.schemas.appointments import TreatmentOut
from clinic.schemas.fields import Amount, Answer, Instant, InstantIn, Omittable, Ref, Request


class InvoiceIn(Request):
    issued_at: Omittable[InstantIn] = None


class PaymentIn(Request):
    amount_cents: Amount
    method: Method


class PaymentOut(Answer):
    id: int
    invoice_id: int
    amount_cents: int
    method: Method
    balance_cents: int
    paid_at: Instant


class InvoiceOut(Answer):
    id: int
    appointment_id: int
    patient: Ref
    status: str
    issued_at: Instant
    net_cents: int
    tax_cents: int
    gross_cents: int
    paid_cents: int
    balance_cents: int
    lines: list[TreatmentOut]
    payments: list[PaymentOut]
