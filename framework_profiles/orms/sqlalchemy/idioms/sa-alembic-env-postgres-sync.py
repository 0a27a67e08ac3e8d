# +++
# id = "sa-alembic-env-postgres-sync"
# title = "Alembic environment"
# applies-to = ["sqlalchemy+postgres+sync"]
# layers = ["migrations"]
# path = "../migrations/env.py"
# estimate = 7
# +++
from alembic import context

from app.config import Settings
from app.db import make_engine
from app.models import Base

engine = make_engine(Settings.from_environment().database_url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
