# +++
# id = "fastapi-error-responses"
# title = "domain errors to status codes, in one place"
# applies-to = ["fastapi"]
# layers = ["routes"]
# path = "routes/errors.py"
# estimate = 8
# +++
from fastapi import Request
from fastapi.responses import JSONResponse

from app.errors import Conflict, DomainError, NotFound

STATUS: dict[type[DomainError], int] = {NotFound: 404, Conflict: 409}


async def domain_error_response(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return JSONResponse({"detail": str(error)}, status_code=status)
