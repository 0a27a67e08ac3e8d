from django.http import HttpResponse
from django.urls import path

from clinic.authentication import managers_only
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.audit import AuditPage, AuditQuery
from clinic.validation import valid


class AuditView(Resource):
    @managers_only
    @valid(query=AuditQuery)
    def get(self, request: ClinicRequest, query: AuditQuery) -> HttpResponse:
        page = services.audit.list(query.filter, query.cursor, query.limit)
        return answered(AuditPage.of(page))


urlpatterns = [path("", AuditView.as_view())]
