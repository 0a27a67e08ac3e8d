from django.db import models

from clinic.models.base import ListedQuerySet


class Service(models.Model):
    """An entry of the price list."""

    name = models.CharField(max_length=100)
    price_cents = models.BigIntegerField()
    tax_bp = models.IntegerField()

    objects = ListedQuerySet.as_manager()
