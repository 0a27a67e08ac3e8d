from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.audit import AuditEntryOut, AuditQuery
from clinic.api.serializers.base import page_of, query_of
from clinic.api.views.base import Resource
from clinic.services import audit


class AuditViewSet(Resource):
    managers_only = frozenset({"list"})

    def list(self, request: Request) -> Response:
        return Response(page_of(audit.list(**query_of(request, AuditQuery)), AuditEntryOut))
