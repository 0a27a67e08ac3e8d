"""The composition root: which object gets what."""

from collections.abc import AsyncIterator

from aiohttp import web

from clinic.authentication import require_login
from clinic.config import Config
from clinic.database import Database
from clinic.keys import CONFIG, SERVICES
from clinic.models import Base
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


def create_app(config: Config) -> web.Application:
    app = web.Application(middlewares=[errors.refused, require_login])
    app[CONFIG] = config
    app.cleanup_ctx.append(services_on_database)
    for resource in RESOURCES:
        app.add_routes(resource.routes)
    return app


async def services_on_database(app: web.Application) -> AsyncIterator[None]:
    config = app[CONFIG]
    database = Database(config.database_url)
    try:
        await database.create_schema(Base.metadata)
        app[SERVICES] = build_services(Work(database), Tokens(config.jwt_secret))
        yield
    finally:
        await database.close()


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
