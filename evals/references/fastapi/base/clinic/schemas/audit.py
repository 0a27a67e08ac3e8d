from typing import Any

from clinic.filters import AuditFilter
from clinic.models import Action, Entity
from clinic.schemas.fields import (
    Answer,
    Instant,
    InstantCursor,
    Limit,
    PageOut,
    Query,
    QueryId,
)


class AuditQuery(Query):
    entity: Entity | None = None
    entity_id: QueryId | None = None
    user_id: QueryId | None = None
    limit: Limit = 20
    cursor: InstantCursor | None = None

    @property
    def filter(self) -> AuditFilter:
        return AuditFilter(entity=self.entity, entity_id=self.entity_id, user_id=self.user_id)


class AuditEntryOut(Answer):
    id: int
    at: Instant
    user_id: int
    action: Action
    entity: Entity
    entity_id: int
    changes: dict[str, Any]


AuditPage = PageOut[AuditEntryOut]
