from typing import Any

from pydantic import Field

from app.schemas.fields import Answer, Body, Email, Instant, Label, Name, Phone, Text


class CustomerIn(Body):
    name: Name
    email: Email
    phone: Phone | None = None


class CustomerPatch(Body):
    """Fields that are absent are not set; what is set is never a default."""

    name: Name = ""
    email: Email = ""
    phone: Phone | None = None

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class CustomerOut(Answer):
    id: int
    name: str
    email: str
    phone: str | None
    created_at: Instant


class BikeIn(Body):
    model: Label
    frame_number: Text = Field(min_length=1, max_length=60)


class BikeOut(Answer):
    id: int
    customer_id: int
    model: str
    frame_number: str


class OwnedBikeOut(BikeOut):
    open_jobs: int
