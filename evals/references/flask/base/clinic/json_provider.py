"""JSON, as requests and answers have it."""

from typing import Any

from flask.json.provider import DefaultJSONProvider

from clinic.schemas.fields import Answer

_ENOUGH = 20


class JsonProvider(DefaultJSONProvider):
    """Takes the answers of the schemas, and keeps their fields in the order of the contract."""

    compact = True
    sort_keys = False

    @staticmethod
    def default(o: Any) -> Any:
        if isinstance(o, Answer):
            return o.model_dump(mode="json", by_alias=True)
        return DefaultJSONProvider.default(o)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, parse_int=_parse_int, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def _parse_int(digits: str) -> int:
    """The integer. Python takes no thousand digits; the first are far above every maximum too."""
    return int(digits[:_ENOUGH])
