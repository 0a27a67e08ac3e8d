"""Starts the server: python -m clinic.main"""

import signal
import sys

from waitress import serve

from clinic.app import create_app
from clinic.config import Config
from clinic.database import Database
from clinic.models import Base

THREADS = 16


def main() -> None:
    config = Config.from_environment()
    # Waitress ends in good order when SystemExit is raised, not by itself on a signal.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    database = Database(config.database_url)
    try:
        database.create_schema(Base.metadata)
        serve(create_app(config, database), host="127.0.0.1", port=config.port, threads=THREADS)
    finally:
        database.close()


if __name__ == "__main__":
    main()
