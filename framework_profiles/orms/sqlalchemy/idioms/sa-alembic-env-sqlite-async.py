# +++
# id = "sa-alembic-env-sqlite-async"
# title = "Alembic environment"
# applies-to = ["sqlalchemy+sqlite+async"]
# layers = ["migrations"]
# path = "../migrations/env.py"
# estimate = 7
# +++
import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from app.config import Settings
from app.db import make_engine
from app.models import Base
from app.models.base import UtcDateTime


def render_item(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite alters no table in place
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = make_engine(Settings.from_environment().database_url)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
