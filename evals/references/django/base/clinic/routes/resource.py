"""What all views have in common."""

from django.http import HttpResponse, JsonResponse
from django.views import View

from clinic.context import ClinicRequest
from clinic.errors import NotFound
from clinic.schemas.fields import Answer


class Resource(View):
    """One path, with a method for each of HTTP's; any other leads nowhere, as other paths do."""

    http_method_names = ["get", "post", "patch", "delete"]

    def http_method_not_allowed(
        self, request: ClinicRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        raise NotFound("path")


def answered(answer: Answer, status: int = 200) -> JsonResponse:
    return JsonResponse(answer.model_dump(mode="json", by_alias=True), status=status)
