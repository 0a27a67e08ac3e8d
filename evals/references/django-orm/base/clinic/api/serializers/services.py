from rest_framework import serializers

from clinic.api.fields import IdCursor, Integer, Name
from clinic.api.serializers.base import ListQuery, Strict
from clinic.models import Service


class ServiceIn(Strict):
    """All of a new service; with `partial`, some of one that is there."""

    name = Name()
    price_cents = Integer(min_value=0, max_value=100_000_000)
    tax_bp = Integer(min_value=0, max_value=10_000)


class ServiceQuery(ListQuery):
    wire_names = {"after": "cursor"}

    after = IdCursor(default=None)


class ServiceOut(serializers.ModelSerializer):
    class Meta:
        model = Service
        fields = ["id", "name", "price_cents", "tax_bp"]
