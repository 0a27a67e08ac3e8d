"""The composition root: which object gets what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from library.config import Config
from library.database import Database
from library.errors import Refusal
from library.models import Base
from library.routes import books, errors, health, loans, reports, sessions, users
from library.security import Tokens
from library.services import Services
from library.services.accounts import AccountService
from library.services.books import BookService
from library.services.loans import LoanService
from library.services.reports import ReportService
from library.unit_of_work import Work

RESOURCES = (health, users, sessions, books, loans, reports)


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
        title="Library",
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
        books=BookService(work),
        loans=LoanService(work),
        reports=ReportService(work),
    )
