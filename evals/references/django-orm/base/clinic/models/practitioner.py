from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, DurationField, F, FilteredRelation, Q, Sum, Value
from django.db.models.functions import Greatest, Least
from django.utils.functional import cached_property

from clinic.models.appointment import TAKING
from clinic.models.base import ListedQuerySet


class PractitionerQuerySet(ListedQuerySet["Practitioner"]):
    def complete(self) -> Self:
        return self.prefetch_related("specialty_rows")

    def specialised(self, word: str | None) -> Self:
        return self if word is None else self.filter(specialty_rows__word=word)

    def booked(self, start: datetime, end: datetime) -> Self:
        """Every one, with the time booked from start until end, and in how many appointments."""
        inside = FilteredRelation(
            "appointments",
            condition=Q(
                appointments__status__in=TAKING,
                appointments__starts_at__lt=end,
                appointments__ends_at__gt=start,
            ),
        )
        first = Greatest(F("inside__starts_at"), Value(start))
        last = Least(F("inside__ends_at"), Value(end))
        return self.annotate(inside=inside).annotate(
            booked_time=Sum(
                last - first,
                # Where nothing is booked, engines differ in what the greatest of null and start is.
                filter=Q(inside__isnull=False),
                default=timedelta(),
                output_field=DurationField(),
            ),
            booked_appointments=Count("inside"),
        )


class Practitioner(models.Model):
    name = models.CharField(max_length=100)

    objects = PractitionerQuerySet.as_manager()

    @cached_property
    def specialties(self) -> list[str]:
        """Sorted here: databases differ in how they order text."""
        return sorted(row.word for row in self.specialty_rows.all())


class PractitionerSpecialtyQuerySet(models.QuerySet["PractitionerSpecialty"]):
    def add(self, practitioner: Practitioner, words: Iterable[str]) -> None:
        wanted = set(words)
        self.bulk_create(
            PractitionerSpecialty(practitioner=practitioner, word=word) for word in wanted
        )


class PractitionerSpecialty(models.Model):
    practitioner = models.ForeignKey(
        Practitioner, models.CASCADE, related_name="specialty_rows", db_index=False
    )
    word = models.CharField(max_length=30, db_index=True)

    objects = PractitionerSpecialtyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "word"], name="practitioner_specialties_are_a_set"
            ),
        ]
