# +++
# id = "fastapi-config"
# title = "settings, read once"
# applies-to = ["fastapi"]
# layers = ["infrastructure"]
# path = "config.py"
# estimate = 3
# +++
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str

    @classmethod
    def from_environment(cls) -> "Settings":
        return cls(database_url=os.environ["DATABASE_URL"])
