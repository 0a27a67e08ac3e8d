# +++
# id = "fastapi-errors"
# title = "domain errors, no HTTP"
# applies-to = ["fastapi", "clean"]
# layers = ["infrastructure", "services"]
# path = "errors.py"
# estimate = 8
# +++
class DomainError(Exception):
    """Raised by services and repositories; routes/errors.py turns it into a status code."""


class NotFound(DomainError):
    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"{what} {key} does not exist")


class Conflict(DomainError):
    pass
