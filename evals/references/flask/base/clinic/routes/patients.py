from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue

from clinic.context import services
from clinic.schemas.patients import PatientIn, PatientOut, PatientPage, PatientPatch, PatientQuery
from clinic.validation import valid

blueprint = Blueprint("patients", __name__, url_prefix="/patients")


@blueprint.post("")
@valid(body=PatientIn)
def create_patient(body: PatientIn) -> ResponseReturnValue:
    patient = services.patients.create(g.user, body.model_dump())
    return jsonify(PatientOut.model_validate(patient)), 201


@blueprint.get("")
@valid(query=PatientQuery)
def list_patients(query: PatientQuery) -> ResponseReturnValue:
    page = services.patients.list(query.filter, query.cursor, query.limit)
    return jsonify(PatientPage.of(page))


@blueprint.get("/<id:patient_id>")
def read_patient(patient_id: int) -> ResponseReturnValue:
    patient = services.patients.read(patient_id)
    return jsonify(PatientOut.model_validate(patient))


@blueprint.patch("/<id:patient_id>")
@valid(of=lambda id_: services.patients.read(id_), body=PatientPatch)
def update_patient(patient_id: int, body: PatientPatch) -> ResponseReturnValue:
    patient = services.patients.update(g.user, patient_id, body.changes)
    return jsonify(PatientOut.model_validate(patient))


@blueprint.delete("/<id:patient_id>")
def delete_patient(patient_id: int) -> ResponseReturnValue:
    services.patients.delete(g.user, patient_id)
    return "", 204
