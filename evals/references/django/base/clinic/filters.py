"""What lists can be narrowed down to. None and the empty tuple ask for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PatientFilter:
    search: str | None = None
    tags: Sequence[str] = ()
    all_tags: bool = False
    """Whether a patient must have every one of the tags, not just any."""


@dataclass(frozen=True)
class AppointmentFilter:
    patient_id: int | None = None
    practitioner_id: int | None = None
    room_id: int | None = None
    statuses: Sequence[str] = ()
    start: datetime | None = None
    """Appointments that end after it."""
    end: datetime | None = None
    """Appointments that start before it."""


@dataclass(frozen=True)
class AuditFilter:
    entity: str | None = None
    entity_id: int | None = None
    user_id: int | None = None
