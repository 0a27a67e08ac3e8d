from clinic.cursors import IdKey, Page
from clinic.models import Room
from clinic.unit_of_work import Work


class RoomService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def create(self, name: str) -> Room:
        with self._work() as work:
            room = Room(name=name)
            work.rooms.save(room)
        return room

    def list(self, after: IdKey | None, limit: int) -> Page[Room]:
        with self._work.reading() as work:
            return work.rooms.list(after, limit)
