from collections.abc import Collection, Iterable
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.utils.functional import cached_property

from clinic.models.base import Checked, FoldedField, ListedQuerySet
from clinic.text import fold


class PatientQuerySet(ListedQuerySet["Patient"]):
    key = ("created_at", "id")

    def present(self) -> Self:
        """Those that are not deleted."""
        return self.filter(deleted_at=None)

    def complete(self) -> Self:
        return self.prefetch_related("tag_rows")

    def containing(self, text: str | None) -> Self:
        """Those whose name or email contains it."""
        if text is None:
            return self
        folded = fold(text)
        return self.filter(Q(name_folded__contains=folded) | Q(email_folded__contains=folded))

    def tagged(self, words: Iterable[str], *, with_all: bool) -> Self:
        """Those that have every one of the words, or any; all patients when there is no word."""
        wanted = set(words)
        if not wanted:
            return self
        least = len(wanted) if with_all else 1
        return self.filter(pk__in=PatientTag.objects.holders(wanted, least))


class Patient(Checked):
    name = models.CharField(max_length=100)
    name_folded = FoldedField(max_length=100, of="name")
    email = models.CharField(max_length=254, null=True)
    email_folded = FoldedField(max_length=254, null=True, of="email")
    birth_date = models.DateField(null=True)
    note = models.TextField(null=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_folded"],
                condition=Q(deleted_at=None),
                name="one_patient_per_email",
                violation_error_code="email_taken",
                violation_error_message="Another patient has this email.",
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="patients_in_order")]

    @cached_property
    def tags(self) -> list[str]:
        """Sorted here: databases differ in how they order text."""
        return sorted(row.word for row in self.tag_rows.all())


class PatientTagQuerySet(models.QuerySet["PatientTag"]):
    def holders(self, words: Collection[str], least: int) -> models.QuerySet["PatientTag"]:
        """The ids of the patients that have so many of the words."""
        rows = self.filter(word__in=words).values("patient").annotate(found=Count("word"))
        return rows.filter(found__gte=least).values("patient")

    def replace(self, patient: Patient, words: Iterable[str]) -> None:
        wanted, had = set(words), set(patient.tags)
        if gone := had - wanted:
            self.filter(patient=patient, word__in=gone).delete()
        self.bulk_create(PatientTag(patient=patient, word=word) for word in wanted - had)
        patient.tags = sorted(wanted)


class PatientTag(models.Model):
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="tag_rows", db_index=False)
    word = models.CharField(max_length=30, db_index=True)

    objects = PatientTagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "word"], name="patient_tags_are_a_set"),
        ]
