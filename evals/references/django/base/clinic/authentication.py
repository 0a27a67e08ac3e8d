"""Who is asking, and who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

from clinic.context import ClinicRequest, services
from clinic.errors import Forbidden, Unauthorized
from clinic.routes.errors import refused

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Ask for no token here."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class LoginMiddleware:
    """Before every view: find out whose token it is, who is the user of the request then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: ClinicRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponse | None:
        if getattr(view, "is_public", False):
            return None
        try:
            request.user = services.accounts.me(_token(request))
        except Unauthorized as error:
            # Not raised: RefusalMiddleware hears of what views raise, not of what middleware does.
            return refused(error)
        return None


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized
    return token


def managers_only(
    view: Callable[Concatenate[V, ClinicRequest, P], R],
) -> Callable[Concatenate[V, ClinicRequest, P], R]:
    """Refuse everybody else."""

    @wraps(view)
    def guarded(self: V, request: ClinicRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        if request.user.role != "manager":
            raise Forbidden
        return view(self, request, *args, **kwargs)

    return guarded
