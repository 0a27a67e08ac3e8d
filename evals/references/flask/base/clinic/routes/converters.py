"""How paths are read."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

from clinic.cursors import LARGEST_ID


class IdConverter(IntegerConverter):
    """<id:name> in a rule; a path with something else there leads nowhere."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, min=1, max=LARGEST_ID, **options)
