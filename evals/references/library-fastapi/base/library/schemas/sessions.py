from library.schemas.fields import Answer, Request, Text
from library.security import LIFETIME


class SessionIn(Request):
    email: Text
    password: Text


class SessionOut(Answer):
    token: str
    token_type: str = "Bearer"
    expires_in: int = int(LIFETIME.total_seconds())
