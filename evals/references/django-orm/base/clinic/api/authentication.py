from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from clinic.models import User
from clinic.services import accounts


class TokenAuthentication(BaseAuthentication):
    """Authorization: Bearer and a token from POST /sessions."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return accounts.me(token), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
