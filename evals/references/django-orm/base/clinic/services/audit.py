from collections.abc import Mapping
from typing import Any

from clinic import clock
from clinic.cursors import InstantKey
from clinic.models import Action, AuditEntry, Page, User

Facts = Mapping[str, Any]
"""Fields of a thing as the answers show them."""


def record(user: User, action: Action, entity_id: int, old: Facts, new: Facts) -> None:
    """Write down what a user changed, in the transaction that changes it; nothing when nothing did.

    Args:
        old: the facts before; none of a thing that is new.
        new: the facts after.
    """
    changes = {
        field: {"old": old.get(field), "new": value}
        for field, value in new.items()
        if value != old.get(field)
    }
    if changes:
        AuditEntry.objects.create(
            at=clock.now(),
            user=user,
            action=action,
            entity=action.entity,
            entity_id=entity_id,
            changes=changes,
        )


def list(*, after: InstantKey | None, limit: int, **wanted: Any) -> Page[AuditEntry]:
    """A page of the trail; wanted are values of its columns."""
    return AuditEntry.objects.filter(**wanted).page(after, limit)
