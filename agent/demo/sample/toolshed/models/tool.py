from sqlalchemy import Identity, String, false
from sqlalchemy.orm import Mapped, mapped_column

from toolshed.models.base import Base


class Tool(Base):
    __tablename__ = "tools"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(60))
    retired: Mapped[bool] = mapped_column(server_default=false(), default=False)
