from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from clinic.models import ONE_INVOICE_PER_APPOINTMENT, Appointment, Invoice
from clinic.repositories.base import Repository, conflict_when_broken


class InvoiceRepository(Repository[Invoice]):
    def save(self, invoice: Invoice) -> None:
        message = "The appointment has an invoice."
        with conflict_when_broken(ONE_INVOICE_PER_APPOINTMENT, "already_invoiced", message):
            super().save(invoice)

    def get(self, invoice_id: int) -> Invoice | None:
        appointment = joinedload(Invoice.appointment, innerjoin=True)
        query = select(Invoice).options(
            appointment.joinedload(Appointment.patient, innerjoin=True),
            appointment.selectinload(Appointment.treatments),
            selectinload(Invoice.payments),
        )
        return self._session.scalar(query.where(Invoice.id == invoice_id))

    def lock(self, invoice_id: int) -> Invoice | None:
        """The row alone; nobody else pays the invoice until the end of the transaction."""
        return self._session.scalar(
            select(Invoice).where(Invoice.id == invoice_id).with_for_update()
        )
