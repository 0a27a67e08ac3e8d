from collections.abc import Mapping
from typing import Any

from clinic.cursors import IdKey, Page
from clinic.errors import NotFound
from clinic.models import Service, User
from clinic.services.audit import Facts, record
from clinic.unit_of_work import Work


class PriceListService:
    """The services that the clinic offers, and their prices."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def create(self, user: User, values: Mapping[str, Any]) -> Service:
        async with self._work() as work:
            service = Service(**values)
            await work.services.save(service)
            await record(work, user, "service.created", service.id, {}, _facts(service))
        return service

    async def list(self, after: IdKey | None, limit: int) -> Page[Service]:
        async with self._work.reading() as work:
            return await work.services.list(after, limit)

    async def read(self, service_id: int) -> Service:
        async with self._work.reading() as work:
            return _found(await work.services.get(service_id))

    async def update(self, user: User, service_id: int, changes: Mapping[str, Any]) -> Service:
        async with self._work() as work:
            service = _found(await work.services.lock(service_id))
            old = _facts(service)
            for field, value in changes.items():
                setattr(service, field, value)
            await work.services.save(service)
            await record(work, user, "service.updated", service.id, old, _facts(service))
        return service


def _found(service: Service | None) -> Service:
    if service is None:
        raise NotFound("service")
    return service


def _facts(service: Service) -> Facts:
    return {
        "name": service.name,
        "price_cents": service.price_cents,
        "tax_bp": service.tax_bp,
    }
