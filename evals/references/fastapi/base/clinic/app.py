"""The composition root: which object gets what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from clinic.config import Config
from clinic.database import Database
from clinic.errors import Refusal
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


def create_app(config: Config) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Services]]:
        database = Database(config.database_url)
        try:
            await database.create_schema(Base.metadata)
            yield {"services": build_services(Work(database), Tokens(config.jwt_secret))}
        finally:
            await database.close()

    app = FastAPI(
        title="Clinic",
        lifespan=lifespan,
        openapi_url=None,  # the contract is the documentation, and has no path for another
        redirect_slashes=False,
        exception_handlers={
            Refusal: errors.on_refusal,
            RequestValidationError: errors.on_invalid_request,
            HTTPException: errors.on_http_error,
        },
    )
    for resource in RESOURCES:
        app.include_router(resource.router)
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
