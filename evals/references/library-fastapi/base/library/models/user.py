from datetime import datetime
from typing import Literal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from library.models.base import Base
from library.text import fold

Role = Literal["librarian", "member"]
ONE_USER_PER_EMAIL = UniqueConstraint("email_folded")


class User(Base):
    __tablename__ = "users"
    __table_args__ = (ONE_USER_PER_EMAIL,)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_folded: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[Role]
    created_at: Mapped[datetime]

    @validates("email")
    def _fold_email(self, _: str, email: str) -> str:
        self.email_folded = fold(email)
        return email
