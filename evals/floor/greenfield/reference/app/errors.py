"""What can go wrong, in the application's own words."""


class WorkshopError(Exception):
    status: int
    code: str


class NotFound(WorkshopError):
    status = 404
    code = "not_found"


class Conflict(WorkshopError):
    status = 409
    code = "conflict"


class Taken(Conflict):
    """A value that must be unique belongs to another row."""
