"""Django's settings; what differs between machines comes from the environment, read here alone."""

import os
from datetime import timedelta

from clinic.database import configured

# Signs the tokens. Django complains when it is empty and asked for: migrating does not ask.
SECRET_KEY = os.environ.get("JWT_SECRET", "")
TOKEN_LIFETIME = timedelta(hours=1)
PORT = int(os.environ.get("PORT", "8000"))
THREADS = 16

DATABASES = {"default": configured(os.environ["DATABASE_URL"], connections=THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["rest_framework", "clinic"]
AUTH_USER_MODEL = "clinic.User"
PASSWORD_HASHERS = ["clinic.passwords.ClinicScryptHasher"]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # tells the length of answers
    "clinic.api.exceptions.leading_slashes",
]
# No other paths are there than those of the contract, in no other spelling.
APPEND_SLASH = False
# It listens at 127.0.0.1 alone; what is in front of it knows the names of hosts.
ALLOWED_HOSTS = ["*"]
# How often `tag` or `status` may be given is not limited.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["clinic.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "clinic.api.permissions.ManagersWhereSaid",
    ],
    "DEFAULT_PARSER_CLASSES": ["clinic.api.parsing.AnyJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "clinic.api.parsing.AlwaysJSON",
    "EXCEPTION_HANDLER": "clinic.api.exceptions.refuse",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},
}
