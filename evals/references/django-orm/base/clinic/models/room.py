from django.db import models

from clinic.models.base import ListedQuerySet


class Room(models.Model):
    name = models.CharField(max_length=100)

    objects = ListedQuerySet.as_manager()
