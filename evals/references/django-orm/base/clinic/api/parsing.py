"""JSON in and JSON out, whatever the headers of a request say."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_ENOUGH = 20


class AnyJSONParser(BaseParser):
    media_type = "*/*"

    def parse(
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> object:
        try:
            return json.loads(stream.read(), parse_int=_parse_int)
        except (ValueError, RecursionError) as error:
            raise ParseError("is not JSON") from error


def _parse_int(digits: str) -> int:
    """The integer. Python takes no thousand digits; the first are far above every maximum too."""
    return int(digits[:_ENOUGH])


class AlwaysJSON(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
