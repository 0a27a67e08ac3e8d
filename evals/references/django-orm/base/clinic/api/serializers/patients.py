from rest_framework import serializers

from clinic.api.fields import BirthDate, Email, InstantCursor, Name, Text, Word
from clinic.api.serializers.base import ListQuery, Strict
from clinic.models import Patient


class PatientIn(Strict):
    """All of a new patient; with `partial`, some of one that is there."""

    name = Name()
    email = Email(allow_null=True, default=None)
    birth_date = BirthDate(allow_null=True, default=None)
    note = Text(max_length=2000, allow_blank=True, allow_null=True, default=None)
    tags = serializers.ListField(child=Word(), max_length=20, default=list)


class PatientQuery(ListQuery):
    wire_names = {"tags": "tag", "after": "cursor"}

    search = Text(max_length=100, default=None)
    tags = serializers.ListField(child=Word(), default=list)
    match = serializers.ChoiceField(["any", "all"], default="any")
    after = InstantCursor(default=None)


class PatientOut(serializers.ModelSerializer):
    tags = serializers.ListField()

    class Meta:
        model = Patient
        fields = ["id", "name", "email", "birth_date", "note", "tags", "created_at"]
