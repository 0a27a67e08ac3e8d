"""What routes find wherever they are, as Flask's own request and current_app."""

from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from clinic.services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["services"]))
