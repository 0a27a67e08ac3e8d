"""The composition root: which object gets what."""

from flask import Flask

from clinic.authentication import require_login
from clinic.config import Config
from clinic.database import Database
from clinic.json_provider import JsonProvider
from clinic.routes import (
    appointments,
    audit,
    errors,
    health,
    invoices,
    patients,
    practitioners,
    reports,
    rooms,
    services,
    sessions,
    users,
)
from clinic.routes.converters import IdConverter
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

RESOURCES = (
    health,
    users,
    sessions,
    patients,
    practitioners,
    rooms,
    services,
    appointments,
    invoices,
    reports,
    audit,
)


def create_app(config: Config, database: Database) -> Flask:
    # No other paths are there than those of the contract, in no other spelling.
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    app.json = JsonProvider(app)
    app.extensions["services"] = build_services(Work(database), Tokens(config.jwt_secret))
    app.before_request(require_login)
    for resource in (*RESOURCES, errors):
        app.register_blueprint(resource.blueprint)
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
