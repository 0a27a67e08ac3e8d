"""Tokens: JWTs signed with HS256."""

from datetime import UTC, datetime

import jwt
from django.conf import settings

from clinic.errors import Unauthorized

_ALGORITHM = "HS256"


def issue(user_id: int) -> str:
    claims = {"sub": str(user_id), "exp": datetime.now(UTC) + settings.TOKEN_LIFETIME}
    return jwt.encode(claims, settings.SECRET_KEY, _ALGORITHM)


def read(token: str) -> int:
    """The id of its user; Unauthorized when it is none of ours, or has expired."""
    try:
        required = {"require": ["sub", "exp"]}
        claims = jwt.decode(token, settings.SECRET_KEY, [_ALGORITHM], required)
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthorized from error
