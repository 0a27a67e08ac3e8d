from django.http import HttpResponse
from django.urls import path

from clinic.authentication import managers_only
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.reports import RevenueOut, RevenueQuery, UtilisationOut, UtilisationQuery
from clinic.validation import valid


class RevenueView(Resource):
    @managers_only
    @valid(query=RevenueQuery)
    def get(self, request: ClinicRequest, query: RevenueQuery) -> HttpResponse:
        revenue = services.reports.revenue(
            query.first, query.last, query.group_by, query.practitioner_id
        )
        return answered(RevenueOut.of(query, revenue))


class UtilisationView(Resource):
    @managers_only
    @valid(query=UtilisationQuery)
    def get(self, request: ClinicRequest, query: UtilisationQuery) -> HttpResponse:
        rows = services.reports.utilisation(query.start, query.end)
        return answered(UtilisationOut.of(query, rows))


urlpatterns = [
    path("/revenue", RevenueView.as_view()),
    path("/utilisation", UtilisationView.as_view()),
]
