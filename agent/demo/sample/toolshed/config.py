"""Settings from the environment."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    database_url: str


@cache
def settings() -> Settings:
    return Settings(database_url=os.environ["DATABASE_URL"])
