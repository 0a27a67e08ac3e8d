from datetime import datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolshed.models.base import Base
from toolshed.models.member import Member
from toolshed.models.tool import Tool


class Status(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


OPEN_STATUSES = (Status.WAITING, Status.READY)


class Reservation(Base):
    __tablename__ = "reservations"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tools.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    tool: Mapped[Tool] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")


Index(
    "uq_reservations_open_member",
    Reservation.tool_id,
    Reservation.member_id,
    unique=True,
    postgresql_where=Reservation.status.in_(OPEN_STATUSES),
)
Index(
    "uq_reservations_ready_tool",
    Reservation.tool_id,
    unique=True,
    postgresql_where=Reservation.status == Status.READY,
)
