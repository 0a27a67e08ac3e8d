from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import managers_only
from clinic.context import services
from clinic.schemas.audit import AuditPage, AuditQuery
from clinic.validation import valid

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@managers_only
@valid(query=AuditQuery)
def list_audit(query: AuditQuery) -> ResponseReturnValue:
    page = services.audit.list(query.filter, query.cursor, query.limit)
    return jsonify(AuditPage.of(page))
