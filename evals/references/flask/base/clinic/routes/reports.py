from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import managers_only
from clinic.context import services
from clinic.schemas.reports import RevenueOut, RevenueQuery, UtilisationOut, UtilisationQuery
from clinic.validation import valid

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/revenue")
@managers_only
@valid(query=RevenueQuery)
def report_revenue(query: RevenueQuery) -> ResponseReturnValue:
    revenue = services.reports.revenue(
        query.first, query.last, query.group_by, query.practitioner_id
    )
    return jsonify(RevenueOut.of(query, revenue))


@blueprint.get("/utilisation")
@managers_only
@valid(query=UtilisationQuery)
def report_utilisation(query: UtilisationQuery) -> ResponseReturnValue:
    rows = services.reports.utilisation(query.start, query.end)
    return jsonify(UtilisationOut.of(query, rows))
