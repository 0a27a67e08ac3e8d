from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import body_of, checked, page_of, query_of
from clinic.api.serializers.patients import PatientIn, PatientOut, PatientQuery
from clinic.api.views.base import Resource
from clinic.services import patients


class PatientViewSet(Resource):
    lookup_url_kwarg = "patient_id"
    must_exist = staticmethod(patients.read)

    def create(self, request: Request) -> Response:
        values = checked(PatientIn(data=body_of(request)))
        return Response(PatientOut(patients.create(request.user, **values)).data, 201)

    def list(self, request: Request) -> Response:
        page = patients.list(**query_of(request, PatientQuery))
        return Response(page_of(page, PatientOut))

    def retrieve(self, request: Request, patient_id: int) -> Response:
        return Response(PatientOut(patients.read(patient_id)).data)

    def partial_update(self, request: Request, patient_id: int) -> Response:
        changes = checked(PatientIn(data=body_of(request), partial=True))
        return Response(PatientOut(patients.update(request.user, patient_id, **changes)).data)

    def destroy(self, request: Request, patient_id: int) -> Response:
        patients.delete(request.user, patient_id)
        return Response(status=204)
