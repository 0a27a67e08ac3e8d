# +++
# id = "sa-alembic-env-postgres-async"
# title = "Alembic environment"
# applies-to = ["sqlalchemy+postgres+async"]
# layers = ["migrations"]
# path = "../migrations/env.py"
# estimate = 7
# +++
import asyncio

from alembic import context
from sqlalchemy import Connection

from app.config import Settings
from app.db import make_engine
from app.models import Base


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = make_engine(Settings.from_environment().database_url)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
