# +++
# id = "fastapi-main-sync"
# title = "composition root: builds the application, holds no handler and no query"
# applies-to = ["fastapi+sqlalchemy+sync"]
# layers = ["root"]
# path = "main.py"
# estimate = 15
# +++
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.config import Settings
from app.db import make_engine, make_sessions
from app.errors import DomainError
from app.models import Base
from app.routes import books, health
from app.routes.errors import domain_error_response


def create_app(settings: Settings | None = None) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = make_engine((settings or Settings.from_environment()).database_url)
        Base.metadata.create_all(engine)  # not where Alembic migrates
        app.state.engine, app.state.sessions = engine, make_sessions(engine)
        yield
        engine.dispose()

    app = FastAPI(title="Books", lifespan=lifespan)
    app.include_router(health.router)
    app.include_router(books.router, prefix="/api")
    app.add_exception_handler(DomainError, domain_error_response)
    return app


app = create_app()
