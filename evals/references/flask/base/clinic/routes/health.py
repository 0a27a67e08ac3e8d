from flask import Blueprint
from flask.typing import ResponseReturnValue

from clinic.authentication import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def health() -> ResponseReturnValue:
    return {"status": "ok"}
