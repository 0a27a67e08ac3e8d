from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import public
from clinic.context import services
from clinic.schemas.users import UserIn, UserOut
from clinic.validation import valid

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.post("")
@public
@valid(body=UserIn)
def register(body: UserIn) -> ResponseReturnValue:
    user = services.accounts.register(body.email, body.password, body.name)
    return jsonify(UserOut.model_validate(user)), 201


@blueprint.get("/me")
def me() -> ResponseReturnValue:
    return jsonify(UserOut.model_validate(g.user))
