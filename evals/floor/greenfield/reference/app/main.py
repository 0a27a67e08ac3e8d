"""The application: routes, errors as answers, tables at the start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.database import create_tables, engine
from app.errors import NotFound, WorkshopError
from app.routes import customers, jobs, parts, reports


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    await create_tables()
    yield
    await engine().dispose()


app = FastAPI(title="Velodrome", lifespan=lifespan)
for module in (customers, parts, jobs, reports):
    app.include_router(module.router)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


def answer(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


@app.exception_handler(WorkshopError)
async def on_workshop_error(_: Request, error: WorkshopError) -> JSONResponse:
    return answer(error.status, error.code, str(error))


@app.exception_handler(RequestValidationError)
async def on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    told = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()]
    return answer(422, "invalid", "; ".join(told))


@app.exception_handler(HTTPException)
async def on_http_error(_: Request, error: HTTPException) -> JSONResponse:
    code = NotFound.code if error.status_code == NotFound.status else "invalid"
    return answer(error.status_code, code, error.detail)
