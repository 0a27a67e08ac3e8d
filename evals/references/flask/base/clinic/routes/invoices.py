from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from clinic.context import services
from clinic.schemas.invoices import InvoiceOut, PaymentHeaders, PaymentIn, PaymentOut
from clinic.validation import valid

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")


@blueprint.get("/<id:invoice_id>")
def read_invoice(invoice_id: int) -> ResponseReturnValue:
    invoice = services.invoices.read(invoice_id)
    return jsonify(InvoiceOut.model_validate(invoice))


@blueprint.post("/<id:invoice_id>/payments")
@valid(of=lambda id_: services.invoices.read(id_), body=PaymentIn, headers=PaymentHeaders)
def pay_invoice(invoice_id: int, body: PaymentIn, headers: PaymentHeaders) -> ResponseReturnValue:
    payment = services.payments.pay(g.user, invoice_id, body.amount_cents, body.method, headers.key)
    return jsonify(PaymentOut.model_validate(payment)), 201
