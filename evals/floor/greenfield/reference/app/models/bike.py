from sqlalchemy import ForeignKey, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Bike(Base):
    __tablename__ = "bikes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    model: Mapped[str] = mapped_column(String(100))
    frame_number: Mapped[str] = mapped_column(String(60))


Index("uq_bikes_frame_number", func.lower(Bike.frame_number), unique=True)
