from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base
from app.models.bike import Bike
from app.models.part import Part


class Status(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_STATUSES = (Status.OPEN, Status.IN_PROGRESS)


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    bike_id: Mapped[int] = mapped_column(ForeignKey("bikes.id"), index=True)
    description: Mapped[str] = mapped_column(String(1000))
    status: Mapped[str] = mapped_column(String(20), default=Status.OPEN)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    labour_cents: Mapped[int]

    bike: Mapped[Bike] = relationship(lazy="raise")
    lines: Mapped[list["Line"]] = relationship(lazy="raise", order_by="Line.id")

    @property
    def customer_id(self) -> int:
        return self.bike.customer_id

    @property
    def parts_cents(self) -> int:
        return sum(line.quantity * line.price_cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        return self.labour_cents + self.parts_cents


Index("ix_jobs_due_at_id", Job.due_at, Job.id)
Index(
    "uq_jobs_open_bike",
    Job.bike_id,
    unique=True,
    postgresql_where=Job.status.in_(OPEN_STATUSES),
)


class Line(Base):
    __tablename__ = "lines"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    quantity: Mapped[int]
    price_cents: Mapped[int]

    part: Mapped[Part] = relationship(lazy="raise")

    @property
    def sku(self) -> str:
        return self.part.sku
