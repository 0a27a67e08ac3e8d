from rest_framework import serializers

from clinic.api.fields import IdInQuery, InstantCursor
from clinic.api.serializers.base import ListQuery
from clinic.models import AuditEntry, Entity


class AuditQuery(ListQuery):
    wire_names = {"after": "cursor"}

    entity = serializers.ChoiceField(Entity, required=False)
    entity_id = IdInQuery(required=False)
    user_id = IdInQuery(required=False)
    after = InstantCursor(default=None)


class AuditEntryOut(serializers.ModelSerializer):
    user_id = serializers.IntegerField()

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "user_id", "action", "entity", "entity_id", "changes"]
