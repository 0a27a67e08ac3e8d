from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, AppointmentId, CurrentUser, logged_in, query_of
from clinic.routes.base import Route
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

router = APIRouter(route_class=Route, prefix="/appointments", dependencies=[logged_in])


@router.post("", status_code=201)
async def create_appointment(body: AppointmentIn, services: AllServices) -> AppointmentOut:
    appointment = await services.appointments.create(**body.model_dump())
    return AppointmentOut.model_validate(appointment)


@router.get("")
async def list_appointments(
    query: Annotated[AppointmentQuery, query_of(AppointmentQuery)], services: AllServices
) -> AppointmentPage:
    page = await services.appointments.list(query.filter, query.cursor, query.limit)
    return AppointmentPage.of(page)


@router.get("/{appointment_id}")
async def read_appointment(appointment_id: AppointmentId, services: AllServices) -> AppointmentOut:
    appointment = await services.appointments.read(appointment_id)
    return AppointmentOut.model_validate(appointment)


@router.post("/{appointment_id}/status")
async def change_status(
    appointment_id: AppointmentId, body: StatusIn, user: CurrentUser, services: AllServices
) -> AppointmentOut:
    appointment = await services.appointments.change_status(user, appointment_id, body.status)
    return AppointmentOut.model_validate(appointment)


@router.post("/{appointment_id}/treatments", status_code=201)
async def add_treatment(
    appointment_id: AppointmentId, body: TreatmentIn, services: AllServices
) -> TreatmentOut:
    treatment = await services.appointments.add_treatment(
        appointment_id, body.service_id, body.quantity
    )
    return TreatmentOut.model_validate(treatment)


@router.post("/{appointment_id}/invoice", status_code=201)
async def issue_invoice(
    appointment_id: AppointmentId, body: InvoiceIn, user: CurrentUser, services: AllServices
) -> InvoiceOut:
    invoice = await services.invoices.issue_invoice(user, appointment_id, body.issued_at)
    return InvoiceOut.model_validate(invoice)
