from clinic.cursors import IdKey, Page
from clinic.models import Room
from clinic.unit_of_work import Work


class RoomService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def create(self, name: str) -> Room:
        async with self._work() as work:
            room = Room(name=name)
            await work.rooms.save(room)
        return room

    async def list(self, after: IdKey | None, limit: int) -> Page[Room]:
        async with self._work.reading() as work:
            return await work.rooms.list(after, limit)
