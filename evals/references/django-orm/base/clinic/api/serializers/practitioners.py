from rest_framework import serializers

from clinic.api.fields import IdCursor, Name, Word
from clinic.api.serializers.base import ListQuery, Strict
from clinic.models import Practitioner


class PractitionerIn(Strict):
    name = Name()
    specialties = serializers.ListField(child=Word(), max_length=10, default=list)


class PractitionerQuery(ListQuery):
    wire_names = {"after": "cursor"}

    specialty = Word(default=None)
    after = IdCursor(default=None)


class PractitionerOut(serializers.ModelSerializer):
    specialties = serializers.ListField()

    class Meta:
        model = Practitioner
        fields = ["id", "name", "specialties"]
