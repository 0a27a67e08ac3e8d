from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.base import Base

Action = Literal[
    "patient.created",
    "patient.updated",
    "patient.deleted",
    "service.created",
    "service.updated",
    "appointment.status_changed",
    "invoice.issued",
    "payment.recorded",
]
Entity = Literal["patient", "service", "appointment", "invoice", "payment"]


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "at", "id"), Index(None, "entity", "entity_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[Action]
    entity: Mapped[Entity]
    entity_id: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
