from sqlalchemy import Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from toolshed.models.base import Base


class Member(Base):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))


Index("uq_members_email", func.lower(Member.email), unique=True)
