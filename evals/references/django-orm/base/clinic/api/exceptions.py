"""Refusals as answers, in one place: those of the services, and those of REST framework itself."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from clinic.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidCredentials,
    NotFound,
    Refusal,
    Unauthorized,
)

Handler = Callable[[HttpRequest], HttpResponse]

STATUS: dict[type[Refusal], int] = {
    Unauthorized: 401,
    InvalidCredentials: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
}


def refuse(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's exception handler; what is no refusal is left to Django, as a fault."""
    refusal = error if isinstance(error, Refusal) else _translated(error)
    if refusal is None:
        return None
    headers = {"WWW-Authenticate": "Bearer"} if STATUS[type(refusal)] == 401 else None
    return Response(_told(refusal), STATUS[type(refusal)], headers=headers)


def _translated(error: Exception) -> Refusal | None:
    match error:
        case exceptions.ValidationError():
            return Invalid({field: _first(detail) for field, detail in error.detail.items()})
        case exceptions.NotAuthenticated():
            return Unauthorized()
        case exceptions.PermissionDenied():
            return Forbidden()
        case exceptions.MethodNotAllowed():
            return NotFound("path")
    return None


def _first(detail: Any) -> str:
    """One of the messages about a field, which has more when it is a list of values."""
    while not isinstance(detail, str):
        detail = next(iter(detail.values() if isinstance(detail, Mapping) else detail))
    return detail


def _told(refusal: Refusal) -> dict[str, Any]:
    told: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if isinstance(refusal, Invalid):
        told["fields"] = [
            {"field": field, "message": message} for field, message in refusal.fields.items()
        ]
    return {"error": told}


def leading_slashes(get_response: Handler) -> Handler:
    """Middleware. To waitress //patients is /patients; the contract has only one of them."""

    def refuse_two(request: HttpRequest) -> HttpResponse:
        if request.META.get("REQUEST_URI", "").startswith("//"):
            return on_unknown_path(request)
        return get_response(request)

    return refuse_two


def on_unknown_path(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return JsonResponse(_told(NotFound("path")), status=404)


def on_fault(request: HttpRequest) -> HttpResponse:
    """Django has logged what went wrong."""
    told = {"code": "internal", "message": "Something went wrong here."}
    return JsonResponse({"error": told}, status=500)
