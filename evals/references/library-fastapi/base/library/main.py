"""Starts the server: python -m library.main"""

import sys

import uvicorn

from library.app import create_app
from library.config import Config


def main() -> None:
    # An integer of a thousand digits is JSON: its field is refused, not the body.
    sys.set_int_max_str_digits(0)
    config = Config.from_environment()
    uvicorn.run(
        create_app(config),
        host="127.0.0.1",
        port=config.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
