from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from clinic import clock, tokens
from clinic.errors import InvalidCredentials, Unauthorized
from clinic.models import User


def register(*, email: str, password: str, name: str) -> User:
    """The first user becomes manager, all others staff."""
    user = User(email=email, name=name, created_at=clock.now())
    user.set_password(password)
    with transaction.atomic():
        user.role = User.Role.STAFF if User.objects.exists() else User.Role.MANAGER
        user.save()
    return user


def login(*, email: str, password: str) -> str:
    """A token for the user with this email and password."""
    user = User.objects.with_email(email)
    # Without a user a hash is compared too: the time taken must not tell who is registered.
    hashed = _nobodys_hash() if user is None else user.password
    matches = check_password(password, hashed)
    if user is None or not matches:
        raise InvalidCredentials
    return tokens.issue(user.pk)


def me(token: str) -> User:
    """The user whom a token was issued to."""
    user = User.objects.filter(pk=tokens.read(token)).first()
    if user is None:
        raise Unauthorized
    return user


@cache
def _nobodys_hash() -> str:
    return make_password("")
