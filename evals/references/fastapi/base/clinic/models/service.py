from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.base import Base


class Service(Base):
    """An entry of the price list."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    tax_bp: Mapped[int]
