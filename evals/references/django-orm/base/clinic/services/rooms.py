from clinic.cursors import IdKey
from clinic.models import Page, Room


def create(*, name: str) -> Room:
    return Room.objects.create(name=name)


def list(*, after: IdKey | None, limit: int) -> Page[Room]:
    return Room.objects.page(after, limit)
