from library.models import Role
from library.schemas.fields import Answer, Email, Instant, Name, Password, Request


class UserIn(Request):
    email: Email
    password: Password
    name: Name


class UserOut(Answer):
    id: int
    email: str
    name: str
    role: Role
    created_at: Instant


class Borrower(Answer):
    id: int
    name: str
