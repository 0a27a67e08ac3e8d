"""What views find wherever they are: the services, and in their request the user."""

from typing import cast

from django.apps import apps
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clinic.models import User
from clinic.services import Services

services = cast(Services, SimpleLazyObject(lambda: apps.get_app_config("clinic").services))


class ClinicRequest(HttpRequest):
    """What a request is behind LoginMiddleware."""

    user: User
    """Who is asking; nobody where the view is public."""
