from django.apps import AppConfig

from clinic.services import Services


class ClinicConfig(AppConfig):
    """The clinic, as Django's registry of applications knows it."""

    name = "clinic"
    services: Services
    """Set by the composition root."""
