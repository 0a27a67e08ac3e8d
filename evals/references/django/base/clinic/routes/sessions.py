from django.http import HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator

from clinic.authentication import public
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.sessions import SessionIn, SessionOut
from clinic.validation import valid


@method_decorator(public, name="dispatch")
class SessionsView(Resource):
    @valid(body=SessionIn)
    def post(self, request: ClinicRequest, body: SessionIn) -> HttpResponse:
        token = services.accounts.login(body.email, body.password)
        return answered(SessionOut(token=token), 201)


urlpatterns = [path("", SessionsView.as_view())]
