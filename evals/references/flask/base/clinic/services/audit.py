from collections.abc import Mapping
from typing import Any

from clinic import clock
from clinic.cursors import InstantKey, Page
from clinic.filters import AuditFilter
from clinic.models import Action, AuditEntry, User
from clinic.unit_of_work import UnitOfWork, Work

Facts = Mapping[str, Any]
"""Fields of a thing as its own schema shows them."""


def record(
    work: UnitOfWork, user: User, action: Action, entity_id: int, old: Facts, new: Facts
) -> None:
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
        work.audit.save(
            AuditEntry(
                at=clock.now(),
                user_id=user.id,
                action=action,
                entity=action.partition(".")[0],
                entity_id=entity_id,
                changes=changes,
            )
        )


class AuditService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def list(self, wanted: AuditFilter, after: InstantKey | None, limit: int) -> Page[AuditEntry]:
        with self._work.reading() as work:
            return work.audit.list(wanted, after, limit)
