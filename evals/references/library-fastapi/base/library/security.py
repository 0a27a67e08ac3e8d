"""Passwords and tokens."""

import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta

import jwt

from library.cursors import LARGEST_ID
from library.errors import Unauthorized

LIFETIME = timedelta(hours=1)
_ALGORITHM = "HS256"
_SALT_BYTES = 16


def hash_password(password: str) -> str:
    salt = os.urandom(_SALT_BYTES)
    return f"{salt.hex()}${_digest(password, salt).hex()}"


def verify_password(password: str, hashed: str) -> bool:
    salt, digest = map(bytes.fromhex, hashed.split("$"))
    return hmac.compare_digest(_digest(password, salt), digest)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)


class Tokens:
    """Issues tokens, and knows its own again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, user_id: int) -> str:
        claims = {"sub": str(user_id), "exp": datetime.now(UTC) + LIFETIME}
        return jwt.encode(claims, self._secret, _ALGORITHM)

    def read(self, token: str) -> int:
        """The id of its user; Unauthorized when it is none of ours, or has expired."""
        try:
            claims = jwt.decode(token, self._secret, [_ALGORITHM], {"require": ["sub", "exp"]})
            user_id = int(claims["sub"])
        except (jwt.InvalidTokenError, ValueError) as error:
            raise Unauthorized from error
        # The decoder forgives padding, which no token of ours has.
        if token.endswith("=") or not 1 <= user_id <= LARGEST_ID:
            raise Unauthorized
        return user_id
