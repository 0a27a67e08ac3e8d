from collections.abc import Iterable

from django.db import transaction

from clinic.cursors import IdKey
from clinic.models import Page, Practitioner, PractitionerSpecialty


def create(*, name: str, specialties: Iterable[str]) -> Practitioner:
    with transaction.atomic():
        practitioner = Practitioner.objects.create(name=name)
        PractitionerSpecialty.objects.add(practitioner, specialties)
    return practitioner


def list(*, specialty: str | None, after: IdKey | None, limit: int) -> Page[Practitioner]:
    return Practitioner.objects.specialised(specialty).complete().page(after, limit)
