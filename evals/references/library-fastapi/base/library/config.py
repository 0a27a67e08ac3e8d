"""What the environment tells the server, read once."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    port: int
    database_url: str
    jwt_secret: str

    @classmethod
    def from_environment(cls) -> "Config":
        return cls(
            port=int(os.environ["PORT"]),
            database_url=os.environ["DATABASE_URL"],
            jwt_secret=os.environ["JWT_SECRET"],
        )
