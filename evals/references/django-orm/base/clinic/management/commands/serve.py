import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from waitress import serve

from clinic.database import close
from config.wsgi import application


class Command(BaseCommand):
    help = "Serve the clinic at 127.0.0.1 and PORT until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.SECRET_KEY  # noqa: B018 - without one no server starts, rather than no login works
        # Waitress ends in good order when SystemExit is raised, not by itself on a signal.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        try:
            serve(application, host="127.0.0.1", port=settings.PORT, threads=settings.THREADS)
        finally:
            close()
