from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clinic.models.base import Base
from clinic.models.patient import Patient
from clinic.models.practitioner import Practitioner
from clinic.models.room import Room
from clinic.models.treatment import Treatment

if TYPE_CHECKING:
    from clinic.models.invoice import Invoice

Status = Literal["scheduled", "confirmed", "completed", "cancelled", "no_show"]


class Appointment(Base):
    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="lasts"),
        Index(None, "starts_at", "id"),
        Index(None, "practitioner_id", "starts_at"),
        Index(None, "room_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[Status]
    created_at: Mapped[datetime]

    patient: Mapped[Patient] = relationship(lazy="raise")
    practitioner: Mapped[Practitioner] = relationship(lazy="raise")
    room: Mapped[Room] = relationship(lazy="raise")
    treatments: Mapped[list[Treatment]] = relationship(lazy="raise", order_by=Treatment.id)
    invoice: Mapped["Invoice | None"] = relationship(lazy="raise", back_populates="appointment")

    @property
    def invoice_id(self) -> int | None:
        return None if self.invoice is None else self.invoice.id
