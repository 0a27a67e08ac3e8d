from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api.serializers.base import body_of, checked, page_of, query_of
from clinic.api.serializers.services import ServiceIn, ServiceOut, ServiceQuery
from clinic.api.views.base import Resource
from clinic.services import price_list


class ServiceViewSet(Resource):
    managers_only = frozenset({"create", "partial_update"})
    lookup_url_kwarg = "service_id"
    must_exist = staticmethod(price_list.read)

    def create(self, request: Request) -> Response:
        values = checked(ServiceIn(data=body_of(request)))
        return Response(ServiceOut(price_list.create(request.user, **values)).data, 201)

    def list(self, request: Request) -> Response:
        return Response(page_of(price_list.list(**query_of(request, ServiceQuery)), ServiceOut))

    def partial_update(self, request: Request, service_id: int) -> Response:
        changes = checked(ServiceIn(data=body_of(request), partial=True))
        return Response(ServiceOut(price_list.update(request.user, service_id, **changes)).data)
