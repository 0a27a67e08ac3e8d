from datetime import datetime

from django.db import transaction

from clinic import clock
from clinic.errors import Conflict, NotFound
from clinic.instants import show_instant
from clinic.models import Action, Appointment, Invoice, Status, User
from clinic.services import appointments
from clinic.services.audit import Facts, record


def issue_invoice(user: User, appointment_id: int, *, issued_at: datetime | None = None) -> Invoice:
    with transaction.atomic():
        appointment = appointments.found(Appointment.objects.lock(appointment_id))
        if appointment.status != Status.COMPLETED:
            raise Conflict("not_completed", f"The appointment is {appointment.status}.")
        if appointment.invoice_id is not None:
            raise Conflict("already_invoiced", "The appointment has an invoice.")
        lines = appointment.treatments.all()
        if not lines:
            raise Conflict("no_treatments", "There is nothing to be invoiced.")
        invoice = Invoice(
            appointment=appointment,
            issued_at=issued_at or clock.now(),
            net_cents=sum(line.net_cents for line in lines),
            tax_cents=sum(line.tax_cents for line in lines),
        )
        invoice.save()
        record(user, Action.INVOICE_ISSUED, invoice.pk, {}, _facts(invoice))
    return invoice


def read(invoice_id: int) -> Invoice:
    invoice = Invoice.objects.complete().find(invoice_id)
    if invoice is None:
        raise NotFound("invoice")
    return invoice


def _facts(invoice: Invoice) -> Facts:
    return {
        "appointment_id": invoice.appointment_id,
        "issued_at": show_instant(invoice.issued_at),
        "net_cents": invoice.net_cents,
        "tax_cents": invoice.tax_cents,
        "gross_cents": invoice.gross_cents,
    }
