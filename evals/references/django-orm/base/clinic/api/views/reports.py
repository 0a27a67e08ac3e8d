from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import query_of
from clinic.api.serializers.reports import (
    RevenueQuery,
    UtilisationQuery,
    revenue_of,
    utilisation_of,
)
from clinic.api.views.base import Resource
from clinic.services import reports


class ReportViewSet(Resource):
    managers_only = frozenset({"revenue", "utilisation"})

    @action(detail=False)
    def revenue(self, request: Request) -> Response:
        query = query_of(request, RevenueQuery)
        return Response(revenue_of(query, reports.revenue(**query)))

    @action(detail=False)
    def utilisation(self, request: Request) -> Response:
        query = query_of(request, UtilisationQuery)
        return Response(utilisation_of(query, reports.utilisation(**query)))
