from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from clinic.authentication import managers_only
from clinic.context import services
from clinic.schemas.services import ServiceIn, ServiceOut, ServicePage, ServicePatch, ServiceQuery
from clinic.validation import valid

blueprint = Blueprint("services", __name__, url_prefix="/services")


@blueprint.post("")
@managers_only
@valid(body=ServiceIn)
def create_service(body: ServiceIn) -> ResponseReturnValue:
    service = services.price_list.create(g.user, body.model_dump())
    return jsonify(ServiceOut.model_validate(service)), 201


@blueprint.get("")
@valid(query=ServiceQuery)
def list_services(query: ServiceQuery) -> ResponseReturnValue:
    page = services.price_list.list(query.cursor, query.limit)
    return jsonify(ServicePage.of(page))


@blueprint.patch("/<id:service_id>")
@managers_only
@valid(of=lambda id_: services.price_list.read(id_), body=ServicePatch)
def update_service(service_id: int, body: ServicePatch) -> ResponseReturnValue:
    service = services.price_list.update(g.user, service_id, body.changes)
    return jsonify(ServiceOut.model_validate(service))
