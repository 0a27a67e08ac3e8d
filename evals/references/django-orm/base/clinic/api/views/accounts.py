from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic.api.serializers.base import body_of, checked
from clinic.api.serializers.users import SessionIn, UserIn, UserOut
from clinic.api.views.base import PublicView
from clinic.services import accounts


class HealthView(PublicView):
    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


class UsersView(PublicView):
    def post(self, request: Request) -> Response:
        user = accounts.register(**checked(UserIn(data=body_of(request))))
        return Response(UserOut(user).data, 201)


class SessionsView(PublicView):
    def post(self, request: Request) -> Response:
        token = accounts.login(**checked(SessionIn(data=body_of(request))))
        lifetime = int(settings.TOKEN_LIFETIME.total_seconds())
        return Response({"token": token, "token_type": "Bearer", "expires_in": lifetime}, 201)


class MeView(APIView):
    def get(self, request: Request) -> Response:
        return Response(UserOut(request.user).data)
