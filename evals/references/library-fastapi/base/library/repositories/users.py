from sqlalchemy import select

from library.models import ONE_USER_PER_EMAIL, User
from library.repositories.base import Repository, conflict_when_broken
from library.text import fold


class UserRepository(Repository[User]):
    async def save(self, user: User) -> None:
        message = "Another user has this email."
        with conflict_when_broken(ONE_USER_PER_EMAIL, "email_taken", message):
            await super().save(user)

    async def get(self, user_id: int) -> User | None:
        return await self._session.scalar(select(User).where(User.id == user_id))

    async def lock(self, user_id: int) -> User | None:
        """As get, and nobody else lends to the user until the end of the transaction."""
        return await self._session.scalar(select(User).where(User.id == user_id).with_for_update())

    async def get_by_email(self, email: str) -> User | None:
        return await self._session.scalar(select(User).where(User.email_folded == fold(email)))

    async def any(self) -> bool:
        return await self._session.scalar(select(User.id).limit(1)) is not None
