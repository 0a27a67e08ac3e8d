from typing import Annotated

from fastapi import APIRouter, Header

from clinic.dependencies import AllServices, CurrentUser, InvoiceId, logged_in
from clinic.routes.base import Route
from clinic.schemas.invoices import InvoiceOut, PaymentIn, PaymentOut

router = APIRouter(route_class=Route, prefix="/invoices", dependencies=[logged_in])
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", pattern="^[!-~]{1,64}$")]


@router.get("/{invoice_id}")
async def read_invoice(invoice_id: InvoiceId, services: AllServices) -> InvoiceOut:
    invoice = await services.invoices.read(invoice_id)
    return InvoiceOut.model_validate(invoice)


@router.post("/{invoice_id}/payments", status_code=201)
async def pay_invoice(
    invoice_id: InvoiceId,
    body: PaymentIn,
    user: CurrentUser,
    services: AllServices,
    idempotency_key: IdempotencyKey = None,
) -> PaymentOut:
    payment = await services.payments.pay(
        user, invoice_id, body.amount_cents, body.method, idempotency_key
    )
    return PaymentOut.model_validate(payment)
