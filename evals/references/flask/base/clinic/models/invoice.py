from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clinic.models.appointment import Appointment
from clinic.models.base import Base
from clinic.models.patient import Patient
from clinic.models.payment import Payment
from clinic.models.treatment import Treatment

ONE_INVOICE_PER_APPOINTMENT = UniqueConstraint("appointment_id")


class Invoice(Base):
    """The treatments of an appointment, which are its lines, with their sums."""

    __tablename__ = "invoices"
    __table_args__ = (ONE_INVOICE_PER_APPOINTMENT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    issued_at: Mapped[datetime] = mapped_column(index=True)
    net_cents: Mapped[int] = mapped_column(BigInteger)
    tax_cents: Mapped[int] = mapped_column(BigInteger)

    appointment: Mapped[Appointment] = relationship(lazy="raise", back_populates="invoice")
    payments: Mapped[list[Payment]] = relationship(lazy="raise", order_by=Payment.id)

    @property
    def patient(self) -> Patient:
        return self.appointment.patient

    @property
    def lines(self) -> Sequence[Treatment]:
        return self.appointment.treatments

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.tax_cents

    @property
    def paid_cents(self) -> int:
        return sum(payment.amount_cents for payment in self.payments)

    @property
    def balance_cents(self) -> int:
        return self.gross_cents - self.paid_cents

    @property
    def status(self) -> Literal["open", "paid"]:
        return "paid" if self.balance_cents == 0 else "open"
