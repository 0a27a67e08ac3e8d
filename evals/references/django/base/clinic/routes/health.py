from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.utils.decorators import method_decorator

from clinic.authentication import public
from clinic.context import ClinicRequest
from clinic.routes.resource import Resource


@method_decorator(public, name="dispatch")
class HealthView(Resource):
    def get(self, request: ClinicRequest) -> HttpResponse:
        return JsonResponse({"status": "ok"})


urlpatterns = [path("", HealthView.as_view())]
