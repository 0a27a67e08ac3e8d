from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import public
from clinic.context import services
from clinic.schemas.sessions import SessionIn, SessionOut
from clinic.validation import valid

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")


@blueprint.post("")
@public
@valid(body=SessionIn)
def login(body: SessionIn) -> ResponseReturnValue:
    token = services.accounts.login(body.email, body.password)
    return jsonify(SessionOut(token=token)), 201
