from aiohttp import web

from clinic.keys import SERVICES, USER
from clinic.models import Invoice
from clinic.routes.answers import answer
from clinic.schemas.invoices import InvoiceOut, PaymentHeaders, PaymentIn, PaymentOut
from clinic.validation import id_in_path, valid

routes = web.RouteTableDef()


async def in_path(request: web.Request) -> Invoice:
    return await request.app[SERVICES].invoices.read(id_in_path(request))


@routes.get("/invoices/{invoice_id}")
async def read_invoice(request: web.Request) -> web.Response:
    return answer(InvoiceOut.model_validate(await in_path(request)))


@routes.post("/invoices/{invoice_id}/payments")
@valid(of=in_path, body=PaymentIn, headers=PaymentHeaders)
async def pay_invoice(
    request: web.Request, body: PaymentIn, headers: PaymentHeaders
) -> web.Response:
    payment = await request.app[SERVICES].payments.pay(
        request[USER], id_in_path(request), body.amount_cents, body.method, headers.key
    )
    return answer(PaymentOut.model_validate(payment), 201)
