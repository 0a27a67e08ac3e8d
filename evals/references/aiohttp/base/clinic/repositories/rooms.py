from sqlalchemy import select

from clinic.cursors import IdKey, Page
from clinic.models import Room
from clinic.repositories.base import Repository


class RoomRepository(Repository[Room]):
    async def lock(self, room_id: int) -> Room | None:
        """The room; nobody else books it until the end of the transaction."""
        return await self._session.scalar(select(Room).where(Room.id == room_id).with_for_update())

    async def list(self, after: IdKey | None, limit: int) -> Page[Room]:
        return await self._page(select(Room), (Room.id,), after, limit)
