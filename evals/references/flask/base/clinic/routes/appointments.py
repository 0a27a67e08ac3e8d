from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from clinic.context import services
from clinic.models import Appointment
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
from clinic.validation import valid

blueprint = Blueprint("appointments", __name__, url_prefix="/appointments")


def in_path(appointment_id: int) -> Appointment:
    return services.appointments.read(appointment_id)


@blueprint.post("")
@valid(body=AppointmentIn)
def create_appointment(body: AppointmentIn) -> ResponseReturnValue:
    appointment = services.appointments.create(**body.model_dump())
    return jsonify(AppointmentOut.model_validate(appointment)), 201


@blueprint.get("")
@valid(query=AppointmentQuery)
def list_appointments(query: AppointmentQuery) -> ResponseReturnValue:
    page = services.appointments.list(query.filter, query.cursor, query.limit)
    return jsonify(AppointmentPage.of(page))


@blueprint.get("/<id:appointment_id>")
def read_appointment(appointment_id: int) -> ResponseReturnValue:
    appointment = services.appointments.read(appointment_id)
    return jsonify(AppointmentOut.model_validate(appointment))


@blueprint.post("/<id:appointment_id>/status")
@valid(of=in_path, body=StatusIn)
def change_status(appointment_id: int, body: StatusIn) -> ResponseReturnValue:
    appointment = services.appointments.change_status(g.user, appointment_id, body.status)
    return jsonify(AppointmentOut.model_validate(appointment))


@blueprint.post("/<id:appointment_id>/treatments")
@valid(of=in_path, body=TreatmentIn)
def add_treatment(appointment_id: int, body: TreatmentIn) -> ResponseReturnValue:
    treatment = services.appointments.add_treatment(appointment_id, body.service_id, body.quantity)
    return jsonify(TreatmentOut.model_validate(treatment)), 201


@blueprint.post("/<id:appointment_id>/invoice")
@valid(of=in_path, body=InvoiceIn)
def issue_invoice(appointment_id: int, body: InvoiceIn) -> ResponseReturnValue:
    invoice = services.invoices.issue_invoice(g.user, appointment_id, body.issued_at)
    return jsonify(InvoiceOut.model_validate(invoice)), 201
