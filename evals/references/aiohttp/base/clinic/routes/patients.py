from aiohttp import web

from clinic.keys import SERVICES, USER
from clinic.models import Patient
from clinic.routes.answers import answer
from clinic.schemas.patients import PatientIn, PatientOut, PatientPage, PatientPatch, PatientQuery
from clinic.validation import id_in_path, valid

routes = web.RouteTableDef()


async def in_path(request: web.Request) -> Patient:
    return await request.app[SERVICES].patients.read(id_in_path(request))


@routes.post("/patients")
@valid(body=PatientIn)
async def create_patient(request: web.Request, body: PatientIn) -> web.Response:
    patients = request.app[SERVICES].patients
    patient = await patients.create(request[USER], body.model_dump())
    return answer(PatientOut.model_validate(patient), 201)


@routes.get("/patients")
@valid(query=PatientQuery)
async def list_patients(request: web.Request, query: PatientQuery) -> web.Response:
    patients = request.app[SERVICES].patients
    page = await patients.list(query.filter, query.cursor, query.limit)
    return answer(PatientPage.of(page))


@routes.get("/patients/{patient_id}")
async def read_patient(request: web.Request) -> web.Response:
    return answer(PatientOut.model_validate(await in_path(request)))


@routes.patch("/patients/{patient_id}")
@valid(of=in_path, body=PatientPatch)
async def update_patient(request: web.Request, body: PatientPatch) -> web.Response:
    patients = request.app[SERVICES].patients
    patient = await patients.update(request[USER], id_in_path(request), body.changes)
    return answer(PatientOut.model_validate(patient))


@routes.delete("/patients/{patient_id}")
async def delete_patient(request: web.Request) -> web.Response:
    await request.app[SERVICES].patients.delete(request[USER], id_in_path(request))
    return web.Response(status=204)
