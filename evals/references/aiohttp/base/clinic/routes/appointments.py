from aiohttp import web

from clinic.keys import SERVICES, USER
from clinic.models import Appointment
from clinic.routes.answers import answer
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
from clinic.validation import id_in_path, valid

routes = web.RouteTableDef()


async def in_path(request: web.Request) -> Appointment:
    return await request.app[SERVICES].appointments.read(id_in_path(request))


@routes.post("/appointments")
@valid(body=AppointmentIn)
async def create_appointment(request: web.Request, body: AppointmentIn) -> web.Response:
    appointment = await request.app[SERVICES].appointments.create(**body.model_dump())
    return answer(AppointmentOut.model_validate(appointment), 201)


@routes.get("/appointments")
@valid(query=AppointmentQuery)
async def list_appointments(request: web.Request, query: AppointmentQuery) -> web.Response:
    appointments = request.app[SERVICES].appointments
    page = await appointments.list(query.filter, query.cursor, query.limit)
    return answer(AppointmentPage.of(page))


@routes.get("/appointments/{appointment_id}")
async def read_appointment(request: web.Request) -> web.Response:
    return answer(AppointmentOut.model_validate(await in_path(request)))


@routes.post("/appointments/{appointment_id}/status")
@valid(of=in_path, body=StatusIn)
async def change_status(request: web.Request, body: StatusIn) -> web.Response:
    appointments = request.app[SERVICES].appointments
    appointment = await appointments.change_status(request[USER], id_in_path(request), body.status)
    return answer(AppointmentOut.model_validate(appointment))


@routes.post("/appointments/{appointment_id}/treatments")
@valid(of=in_path, body=TreatmentIn)
async def add_treatment(request: web.Request, body: TreatmentIn) -> web.Response:
    appointments = request.app[SERVICES].appointments
    treatment = await appointments.add_treatment(
        id_in_path(request), body.service_id, body.quantity
    )
    return answer(TreatmentOut.model_validate(treatment), 201)


@routes.post("/appointments/{appointment_id}/invoice")
@valid(of=in_path, body=InvoiceIn)
async def issue_invoice(request: web.Request, body: InvoiceIn) -> web.Response:
    invoices = request.app[SERVICES].invoices
    invoice = await invoices.issue_invoice(request[USER], id_in_path(request), body.issued_at)
    return answer(InvoiceOut.model_validate(invoice), 201)
