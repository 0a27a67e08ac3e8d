from datetime import datetime

from clinic import clock
from clinic.errors import Conflict, NotFound
from clinic.instants import show_instant
from clinic.models import Invoice, User
from clinic.services.audit import Facts, record
from clinic.unit_of_work import Work


class InvoiceService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def issue_invoice(
        self, user: User, appointment_id: int, issued_at: datetime | None
    ) -> Invoice:
        async with self._work() as work:
            appointment = await work.appointments.lock(appointment_id)
            if appointment is None:
                raise NotFound("appointment")
            if appointment.status != "completed":
                raise Conflict("not_completed", f"The appointment is {appointment.status}.")
            if appointment.invoice is not None:
                raise Conflict("already_invoiced", "The appointment has an invoice.")
            if not appointment.treatments:
                raise Conflict("no_treatments", "There is nothing to be invoiced.")
            invoice = Invoice(
                appointment=appointment,
                issued_at=issued_at or clock.now(),
                net_cents=sum(line.net_cents for line in appointment.treatments),
                tax_cents=sum(line.tax_cents for line in appointment.treatments),
                payments=[],
            )
            await work.invoices.save(invoice)
            await record(work, user, "invoice.issued", invoice.id, {}, _facts(invoice))
        return invoice

    async def read(self, invoice_id: int) -> Invoice:
        async with self._work.reading() as work:
            invoice = await work.invoices.get(invoice_id)
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
