"""What requests have in common, and pages of answers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request

from clinic import cursors
from clinic.api.fields import FromDigits
from clinic.models import Page


class Strict(serializers.Serializer):
    """Refuses what it does not know, together with all else that is wrong."""

    wire_names: ClassVar[Mapping[str, str]] = {}
    """Names in the request that cannot be those of attributes, or say too little."""

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for name, wire_name in self.wire_names.items():
            field = fields.pop(name)
            field.source = name
            fields[wire_name] = field
        return fields

    def to_internal_value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        wrong = {name: ["is not known here"] for name in data if name not in self.fields}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            wrong |= error.detail
        if wrong:
            raise ValidationError(wrong)
        return values


class Query(Strict):
    """The parameters behind the question mark."""


class ListQuery(Query):
    """Those of a list; its cursor is added where it is known what list it is."""

    limit = FromDigits(min_value=1, max_value=100, default=20)


class RefOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


def checked(*parts: Strict) -> dict[str, Any]:
    """The values of all parts of a request; what is wrong in any of them is told in one refusal."""
    wrong: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for part in parts:
        if part.is_valid():
            values |= part.validated_data
        wrong |= part.errors
    if wrong:
        raise ValidationError(wrong)
    return values


def body_of(request: Request) -> dict[str, Any]:
    """The object that a request has as its body."""
    try:
        # Of an empty body REST framework makes an empty object.
        body = request.data if request.body else None
    except ParseError:
        body = None
    if not isinstance(body, dict):
        raise ValidationError({"body": ["must be a JSON object"]})
    return body


def query_of(request: Request, query: type[Query]) -> dict[str, Any]:
    """The values of the parameters; one that is given twice is a list, which only lists take."""
    fields = query().fields
    given = {
        name: texts
        if len(texts) > 1 or isinstance(fields.get(name), serializers.ListField)
        else texts[0]
        for name, texts in request.query_params.lists()
    }
    return checked(query(data=given))


def page_of(page: Page[Any], item: type[serializers.BaseSerializer]) -> dict[str, Any]:
    return {
        "items": item(page.items, many=True).data,
        "next_cursor": None if page.next is None else cursors.write(page.next),
        "total": page.total,
    }
