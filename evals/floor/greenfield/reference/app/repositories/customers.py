from collections.abc import Sequence

from sqlalchemy import or_, select

from app.models import Customer
from app.repositories.base import Repository


class CustomerRepository(Repository[Customer]):
    model = Customer

    async def list(self, search: str | None, after: int | None, limit: int) -> Sequence[Customer]:
        query = select(Customer).order_by(Customer.id).limit(limit)
        if search is not None:
            found = (
                field.icontains(search, autoescape=True)
                for field in (Customer.name, Customer.email)
            )
            query = query.where(or_(*found))
        if after is not None:
            query = query.where(Customer.id > after)
        return (await self.session.scalars(query)).all()
