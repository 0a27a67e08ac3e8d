"""Why a request is refused, in the words of the contract. HTTP is not known here."""

from collections.abc import Mapping


class Refusal(Exception):
    """A code for programs and a message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Unauthorized(Refusal):
    def __init__(self) -> None:
        super().__init__("unauthorized", "A valid token is needed.")


class InvalidCredentials(Refusal):
    def __init__(self) -> None:
        super().__init__("invalid_credentials", "Email or password is wrong.")


class Forbidden(Refusal):
    def __init__(self) -> None:
        super().__init__("forbidden", "Only managers may do this.")


class NotFound(Refusal):
    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.")


class Invalid(Refusal):
    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("invalid", "The request is not valid.")
        self.fields = dict(fields)
        """What is wrong with each, by its name in the request."""


class Conflict(Refusal):
    """What was asked for is right by itself, and not possible now."""
