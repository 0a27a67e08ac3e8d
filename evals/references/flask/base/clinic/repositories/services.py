from sqlalchemy import select

from clinic.cursors import IdKey, Page
from clinic.models import Service
from clinic.repositories.base import Repository


class ServiceRepository(Repository[Service]):
    def get(self, service_id: int) -> Service | None:
        return self._session.scalar(select(Service).where(Service.id == service_id))

    def lock(self, service_id: int) -> Service | None:
        """As get, and nobody else changes the service until the end of the transaction."""
        return self._session.scalar(
            select(Service).where(Service.id == service_id).with_for_update()
        )

    def list(self, after: IdKey | None, limit: int) -> Page[Service]:
        return self._page(select(Service), (Service.id,), after, limit)
