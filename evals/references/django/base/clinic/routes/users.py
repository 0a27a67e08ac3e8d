from django.http import HttpResponse
from django.urls import path
from django.utils.decorators import method_decorator

from clinic.authentication import public
from clinic.context import ClinicRequest, services
from clinic.routes.resource import Resource, answered
from clinic.schemas.users import UserIn, UserOut
from clinic.validation import valid


@method_decorator(public, name="dispatch")
class UsersView(Resource):
    @valid(body=UserIn)
    def post(self, request: ClinicRequest, body: UserIn) -> HttpResponse:
        user = services.accounts.register(body.email, body.password, body.name)
        return answered(UserOut.model_validate(user), 201)


class MeView(Resource):
    def get(self, request: ClinicRequest) -> HttpResponse:
        return answered(UserOut.model_validate(request.user))


urlpatterns = [
    path("", UsersView.as_view()),
    path("/me", MeView.as_view()),
]
