"""What the models have in common: folded columns, locks, pages, constraints told as conflicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import DatabaseError, models
from django.db.models.lookups import GreaterThan

from clinic.cursors import IdKey, InstantKey
from clinic.database import breaks
from clinic.errors import Conflict
from clinic.text import fold

Model = TypeVar("Model", bound=models.Model)


class FoldedField(models.CharField):
    """A text of the same row, folded: what searches and unique constraints look at.

    Made here, not by the database: engines differ in which letters they put in lower case.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False})
        self.of = of

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, instance: models.Model, add: bool) -> str | None:
        text = getattr(instance, self.of)
        folded = None if text is None else fold(text)
        setattr(instance, self.attname, folded)
        return folded


@dataclass(frozen=True)
class Page(Generic[Model]):
    items: Sequence[Model]
    total: int
    next: IdKey | InstantKey | None
    """The key of the last item when more follow."""


class Row(models.Func):
    """Values that are compared as one, from left to right, which an index on them can answer."""

    template = "(%(expressions)s)"
    output_field = models.BooleanField()  # comparisons ask for one; none is ever read


class ListedQuerySet(models.QuerySet[Model]):
    """Things that are listed page by page."""

    key: ClassVar[tuple[str, ...]] = ("id",)
    """The order of the list, without ties."""

    def find(self, pk: int) -> Model | None:
        return self.filter(pk=pk).first()

    def lock(self, pk: int) -> Model | None:
        """As find, and nobody else locks the row until the end of the transaction."""
        return self.select_for_update().filter(pk=pk).first()

    def behind(self, key: Sequence[Any] | None) -> Self:
        if key is None:
            return self
        return self.filter(GreaterThan(Row(*self.key), Row(*map(models.Value, key))))

    def page(self, after: Sequence[Any] | None, limit: int) -> Page[Model]:
        total = self.count()
        # One row more than asked for tells whether there is a next page.
        rows = list(self.behind(after).order_by(*self.key)[: limit + 1])
        items = rows[:limit]
        more = len(rows) > limit
        key = tuple(getattr(items[-1], name) for name in self.key) if more else None
        return Page(items=items, total=total, next=key)


class Checked(models.Model):
    """Its unique constraints say by their violation_error_code which conflict breaks them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().save(*args, **kwargs)
        except DatabaseError as error:
            for rule in self._meta.constraints:
                if isinstance(rule, models.UniqueConstraint) and breaks(error, type(self), rule):
                    code, message = rule.violation_error_code, rule.violation_error_message
                    raise Conflict(code, str(message)) from error
            raise
