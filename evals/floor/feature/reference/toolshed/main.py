"""The application."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from toolshed.errors import ToolshedError
from toolshed.routes import loans, members, reservations, tools

app = FastAPI(title="toolshed")
app.include_router(tools.router)
app.include_router(members.router)
app.include_router(loans.router)
app.include_router(reservations.router)


@app.exception_handler(ToolshedError)
async def on_error(_: Request, error: ToolshedError) -> JSONResponse:
    return JSONResponse({"error": error.message}, status_code=error.status)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
