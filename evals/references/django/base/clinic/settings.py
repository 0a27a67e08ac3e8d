"""Django as a web framework alone: no database, templates, sessions or forms of its own.

What differs between machines is in config.py. Nothing here is signed by Django: no SECRET_KEY.
"""

INSTALLED_APPS = ["clinic"]
DATABASES: dict[str, object] = {}
ROOT_URLCONF = "clinic.urls"
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # tells the length of answers
    "clinic.routes.errors.leading_slashes",
    "clinic.routes.errors.RefusalMiddleware",
    "clinic.authentication.LoginMiddleware",
]

# No other paths are there than those of the contract, in no other spelling.
APPEND_SLASH = False
# It listens at 127.0.0.1 alone; what is in front of it knows the names of hosts.
ALLOWED_HOSTS = ["*"]
# How often `tag` or `status` may be given is not limited.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

TIME_ZONE = "UTC"
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},
}
