from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.base import Base

Method = Literal["cash", "card", "transfer"]


class Payment(Base):
    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("invoice_id", "idempotency_key"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("balance_cents >= 0", name="balance"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"))
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[Method]
    balance_cents: Mapped[int] = mapped_column(BigInteger)
    """What was left to pay right after it."""
    paid_at: Mapped[datetime]
    idempotency_key: Mapped[str | None]
