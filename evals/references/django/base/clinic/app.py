"""The composition root: which object gets what."""

import os

from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from clinic.config import Config
from clinic.database import Database
from clinic.security import Tokens
from clinic.services import Services
from clinic.services.accounts import AccountService
from clinic.services.appointments import AppointmentService
from clinic.services.audit import AuditService
from clinic.services.invoices import InvoiceService
from clinic.services.patients import PatientService
from clinic.services.payments import PaymentService
from clinic.services.practitioners import PractitionerService
from clinic.services.price_list import PriceListService
from clinic.services.reports import ReportService
from clinic.services.rooms import RoomService
from clinic.unit_of_work import Work


def create_app(config: Config, database: Database) -> WSGIHandler:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    app = get_wsgi_application()
    clinic = apps.get_app_config("clinic")
    clinic.services = build_services(Work(database), Tokens(config.jwt_secret))
    return app


def build_services(work: Work, tokens: Tokens) -> Services:
    return Services(
        accounts=AccountService(work, tokens),
        patients=PatientService(work),
        practitioners=PractitionerService(work),
        rooms=RoomService(work),
        price_list=PriceListService(work),
        appointments=AppointmentService(work),
        invoices=InvoiceService(work),
        payments=PaymentService(work),
        reports=ReportService(work),
        audit=AuditService(work),
    )
