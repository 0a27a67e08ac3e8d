from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import body_of, checked, page_of, query_of
from clinic.api.serializers.practitioners import (
    PractitionerIn,
    PractitionerOut,
    PractitionerQuery,
)
from clinic.api.views.base import Resource
from clinic.services import practitioners


class PractitionerViewSet(Resource):
    managers_only = frozenset({"create"})

    def create(self, request: Request) -> Response:
        practitioner = practitioners.create(**checked(PractitionerIn(data=body_of(request))))
        return Response(PractitionerOut(practitioner).data, 201)

    def list(self, request: Request) -> Response:
        page = practitioners.list(**query_of(request, PractitionerQuery))
        return Response(page_of(page, PractitionerOut))
