from sqlalchemy import select

from clinic.cursors import IdKey, Page
from clinic.models import Service
from clinic.repositories.base import Repository


class ServiceRepository(Repository[Service]):
    async def get(self, service_id: int) -> Service | None:
        return await self._session.scalar(select(Service).where(Service.id == service_id))

    async def lock(self, service_id: int) -> Service | None:
        """As get, and nobody else changes the service until the end of the transaction."""
        return await self._session.scalar(
            select(Service).where(Service.id == service_id).with_for_update()
        )

    async def list(self, after: IdKey | None, limit: int) -> Page[Service]:
        return await self._page(select(Service), (Service.id,), after, limit)
