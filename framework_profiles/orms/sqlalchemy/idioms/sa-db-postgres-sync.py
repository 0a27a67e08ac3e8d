# +++
# id = "sa-db-postgres-sync"
# title = "engine and session factory"
# applies-to = ["sqlalchemy+postgres+sync"]
# layers = ["infrastructure"]
# path = "db.py"
# estimate = 20
# +++
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker


def make_engine(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)
