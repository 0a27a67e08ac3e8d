from sqlalchemy import select

from clinic.cursors import InstantKey, Page
from clinic.filters import AuditFilter
from clinic.models import AuditEntry
from clinic.repositories.base import Repository


class AuditRepository(Repository[AuditEntry]):
    async def list(
        self, wanted: AuditFilter, after: InstantKey | None, limit: int
    ) -> Page[AuditEntry]:
        query = select(AuditEntry)
        if wanted.entity is not None:
            query = query.where(AuditEntry.entity == wanted.entity)
        if wanted.entity_id is not None:
            query = query.where(AuditEntry.entity_id == wanted.entity_id)
        if wanted.user_id is not None:
            query = query.where(AuditEntry.user_id == wanted.user_id)
        return await self._page(query, (AuditEntry.at, AuditEntry.id), after, limit)
