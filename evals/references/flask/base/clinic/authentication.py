"""Who is asking, and who may."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from clinic.context import services
from clinic.errors import Forbidden, Unauthorized

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Ask for no token here."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def require_login() -> None:
    """Before every request: find out whose token it has, which is the user in `g` from then on."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "is_public", False):
        return
    credentials = request.authorization
    if credentials is None or credentials.type != "bearer" or credentials.token is None:
        raise Unauthorized
    g.user = services.accounts.me(credentials.token)


def managers_only(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse everybody else."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if g.user.role != "manager":
            raise Forbidden
        return view(*args, **kwargs)

    return guarded
