from typing import Annotated

from fastapi import APIRouter

from clinic.dependencies import AllServices, CurrentUser, PatientId, logged_in, query_of
from clinic.routes.base import Route
from clinic.schemas.patients import (
    PatientIn,
    PatientOut,
    PatientPage,
    PatientPatch,
    PatientQuery,
)

router = APIRouter(route_class=Route, prefix="/patients", dependencies=[logged_in])


@router.post("", status_code=201)
async def create_patient(body: PatientIn, user: CurrentUser, services: AllServices) -> PatientOut:
    patient = await services.patients.create(user, body.model_dump())
    return PatientOut.model_validate(patient)


@router.get("")
async def list_patients(
    query: Annotated[PatientQuery, query_of(PatientQuery)], services: AllServices
) -> PatientPage:
    page = await services.patients.list(query.filter, query.cursor, query.limit)
    return PatientPage.of(page)


@router.get("/{patient_id}")
async def read_patient(patient_id: PatientId, services: AllServices) -> PatientOut:
    patient = await services.patients.read(patient_id)
    return PatientOut.model_validate(patient)


@router.patch("/{patient_id}")
async def update_patient(
    patient_id: PatientId, body: PatientPatch, user: CurrentUser, services: AllServices
) -> PatientOut:
    patient = await services.patients.update(user, patient_id, body.changes)
    return PatientOut.model_validate(patient)


@router.delete("/{patient_id}", status_code=204)
async def delete_patient(patient_id: PatientId, user: CurrentUser, services: AllServices) -> None:
    await services.patients.delete(user, patient_id)
