from rest_framework import serializers

from clinic.api.fields import IdCursor, Name
from clinic.api.serializers.base import ListQuery, Strict
from clinic.models import Room


class RoomIn(Strict):
    name = Name()


class RoomQuery(ListQuery):
    wire_names = {"after": "cursor"}

    after = IdCursor(default=None)


class RoomOut(serializers.ModelSerializer):
    class Meta:
        model = Room
        fields = ["id", "name"]
