"""Refusals as answers, in one place."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from clinic.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidCredentials,
    NotFound,
    Refusal,
    Unauthorized,
)

blueprint = Blueprint("errors", __name__)

STATUS: dict[type[Refusal], int] = {
    Unauthorized: 401,
    InvalidCredentials: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
}


@blueprint.before_app_request
def refuse_leading_slashes() -> None:
    """To Flask //patients is /patients; the contract has only one of them."""
    if request.environ.get("REQUEST_URI", "").startswith("//"):
        raise NotFound("path")


@blueprint.app_errorhandler(Refusal)
def on_refusal(error: Refusal) -> ResponseReturnValue:
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid):
        told["fields"] = [
            {"field": field, "message": message} for field, message in error.fields.items()
        ]
    return {"error": told}, STATUS[type(error)]


@blueprint.app_errorhandler(404)
@blueprint.app_errorhandler(405)
def on_unknown_path(_: HTTPException) -> ResponseReturnValue:
    return on_refusal(NotFound("path"))
