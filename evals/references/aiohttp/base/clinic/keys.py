"""Under which keys the application and a request hold what handlers want of them."""

from aiohttp import web

from clinic.config import Config
from clinic.models import User
from clinic.services import Services

CONFIG = web.AppKey("config", Config)
SERVICES = web.AppKey("services", Services)
USER = web.RequestKey("user", User)
