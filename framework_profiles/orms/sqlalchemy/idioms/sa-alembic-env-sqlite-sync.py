# +++
# id = "sa-alembic-env-sqlite-sync"
# title = "Alembic environment"
# applies-to = ["sqlalchemy+sqlite+sync"]
# layers = ["migrations"]
# path = "../migrations/env.py"
# estimate = 7
# +++
from typing import Literal

from alembic import context

from app.config import Settings
from app.db import make_engine
from app.models import Base
from app.models.base import UtcDateTime


def render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = make_engine(Settings.from_environment().database_url)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite alters no table in place
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
