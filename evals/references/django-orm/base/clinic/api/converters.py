from django.urls.converters import IntConverter

from clinic.cursors import LARGEST_ID


class IdConverter(IntConverter):
    """<id:name> in a pattern; a path with something else there leads nowhere."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        number = super().to_python(value)
        if not 1 <= number <= LARGEST_ID:
            raise ValueError("is no id")
        return number
