from sqlalchemy import CheckConstraint, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Part(Base):
    __tablename__ = "parts"
    __table_args__ = (CheckConstraint("stock >= 0", name="ck_parts_stock"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sku: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    price_cents: Mapped[int]
    stock: Mapped[int] = mapped_column(default=0)


Index("uq_parts_sku", func.lower(Part.sku), unique=True)
