"""What can go wrong, in the application's own words."""


class ToolshedError(Exception):
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(ToolshedError):
    status = 404


class Conflict(ToolshedError):
    status = 409
