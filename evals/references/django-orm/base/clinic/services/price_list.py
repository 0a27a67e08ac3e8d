"""The services that the clinic offers, and their prices."""

from typing import Any

from django.db import transaction

from clinic.cursors import IdKey
from clinic.errors import NotFound
from clinic.models import Action, Page, Service, User
from clinic.services.audit import Facts, record


def create(user: User, **values: Any) -> Service:
    with transaction.atomic():
        service = Service.objects.create(**values)
        record(user, Action.SERVICE_CREATED, service.pk, {}, _facts(service))
    return service


def list(*, after: IdKey | None, limit: int) -> Page[Service]:
    return Service.objects.page(after, limit)


def read(service_id: int) -> Service:
    return _found(Service.objects.find(service_id))


def update(user: User, service_id: int, **changes: Any) -> Service:
    """Change the fields that are given."""
    with transaction.atomic():
        service = _found(Service.objects.lock(service_id))
        old = _facts(service)
        for field, value in changes.items():
            setattr(service, field, value)
        service.save()
        record(user, Action.SERVICE_UPDATED, service.pk, old, _facts(service))
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
