"""Starts the server: python -m clinic.main"""

from aiohttp import web

from clinic.app import create_app
from clinic.config import Config


def main() -> None:
    config = Config.from_environment()
    web.run_app(
        create_app(config),
        host="127.0.0.1",
        port=config.port,
        shutdown_timeout=1,
        print=None,
        access_log=None,
    )


if __name__ == "__main__":
    main()
