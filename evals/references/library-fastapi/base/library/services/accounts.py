import asyncio

from library import clock
from library.errors import InvalidCredentials, Unauthorized
from library.models import User
from library.security import Tokens, hash_password, verify_password
from library.unit_of_work import Work


class AccountService:
    def __init__(self, work: Work, tokens: Tokens) -> None:
        self._work = work
        self._tokens = tokens
        self._nobodys_hash = hash_password("")

    async def register(self, email: str, password: str, name: str) -> User:
        """The first user becomes librarian, all others members."""
        password_hash = await asyncio.to_thread(hash_password, password)
        async with self._work() as work:
            user = User(
                email=email,
                name=name,
                password_hash=password_hash,
                role="member" if await work.users.any() else "librarian",
                created_at=clock.now(),
            )
            await work.users.save(user)
        return user

    async def login(self, email: str, password: str) -> str:
        """A token for the user with this email and password."""
        async with self._work.reading() as work:
            user = await work.users.get_by_email(email)
        # Without a user a hash is compared too: the time taken must not tell who is registered.
        hashed = self._nobodys_hash if user is None else user.password_hash
        matches = await asyncio.to_thread(verify_password, password, hashed)
        if user is None or not matches:
            raise InvalidCredentials
        return self._tokens.issue(user.id)

    async def me(self, token: str) -> User:
        """The user whom a token was issued to."""
        user_id = self._tokens.read(token)
        async with self._work.reading() as work:
            user = await work.users.get(user_id)
        if user is None:
            raise Unauthorized
        return user
