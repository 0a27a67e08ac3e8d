from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class _Request(Request):
    async def json(self) -> Any:
        """None of malformed JSON: it is refused in its turn, as any body that is no object."""
        try:
            return await super().json()
        except (ValueError, RecursionError):
            return None


class Route(APIRoute):
    """A route that asks for login, role and thing before it minds whether the body is JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_patiently(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return handle_patiently
