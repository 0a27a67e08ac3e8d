from collections.abc import Callable
from typing import ClassVar, NoReturn

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from clinic.errors import NotFound


class PublicView(APIView):
    """Asks for no token, and looks at none."""

    authentication_classes = ()
    permission_classes = ()


class Resource(ViewSet):
    """Things of one kind: parses a request, calls one service, shows what it answers."""

    managers_only: ClassVar[frozenset[str]] = frozenset()
    """The actions that are not for staff."""
    lookup_value_converter = "id"
    must_exist: Callable[[int], object]
    """Reads the thing in the path."""

    def handle_exception(self, error: Exception) -> Response | NoReturn:
        # A missing thing is told first, but asked for only now: a valid request pays nothing.
        if isinstance(error, ValidationError) and self.kwargs:
            try:
                self.must_exist(*self.kwargs.values())
            except NotFound as missing:
                error = missing
        return super().handle_exception(error)
