"""Settings from the environment."""

import os
from dataclasses import dataclass
from functools import cache

from sqlalchemy import URL, make_url

DEFAULT = "postgresql://workshop:workshop@localhost:5432/workshop"


@dataclass(frozen=True)
class Settings:
    database_url: URL


@cache
def settings() -> Settings:
    address = make_url(os.environ.get("DATABASE_URL", DEFAULT))
    return Settings(database_url=address.set(drivername="postgresql+asyncpg"))
