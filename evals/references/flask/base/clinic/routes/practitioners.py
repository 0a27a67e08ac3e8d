from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import managers_only
from clinic.context import services
from clinic.schemas.practitioners import (
    PractitionerIn,
    PractitionerOut,
    PractitionerPage,
    PractitionerQuery,
)
from clinic.validation import valid

blueprint = Blueprint("practitioners", __name__, url_prefix="/practitioners")


@blueprint.post("")
@managers_only
@valid(body=PractitionerIn)
def create_practitioner(body: PractitionerIn) -> ResponseReturnValue:
    practitioner = services.practitioners.create(body.name, body.specialties)
    return jsonify(PractitionerOut.model_validate(practitioner)), 201


@blueprint.get("")
@valid(query=PractitionerQuery)
def list_practitioners(query: PractitionerQuery) -> ResponseReturnValue:
    page = services.practitioners.list(query.specialty, query.cursor, query.limit)
    return jsonify(PractitionerPage.of(page))
