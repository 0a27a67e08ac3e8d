"""Refusals as answers, in one place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

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


def leading_slashes(get_response: Handler) -> Handler:
    """To waitress //patients is /patients; the contract has only one of them."""

    def refuse(request: HttpRequest) -> HttpResponse:
        if request.META.get("REQUEST_URI", "").startswith("//"):
            return refused(NotFound("path"))
        return get_response(request)

    return refuse


class RefusalMiddleware:
    """Answers what views refuse by raising."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(error) if isinstance(error, Refusal) else None


def refused(error: Refusal) -> HttpResponse:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid):
        told["fields"] = [
            {"field": field, "message": message} for field, message in error.fields.items()
        ]
    return JsonResponse({"error": told}, status=STATUS[type(error)])


def on_unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(NotFound("path"))


def on_fault(request: HttpRequest) -> HttpResponse:
    """Django has logged what went wrong."""
    told = {"code": "internal", "message": "Something went wrong here."}
    return JsonResponse({"error": told}, status=500)
