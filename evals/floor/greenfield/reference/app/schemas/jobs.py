from typing import Annotated, Literal

from pydantic import Field

from app.schemas.fields import Answer, Body, Cents, Id, Instant, Text

StatusName = Literal["open", "in_progress", "done", "cancelled"]


class JobIn(Body):
    bike_id: Id
    description: Annotated[Text, Field(min_length=1, max_length=1000)]
    due_at: Instant
    labour_cents: Cents = 0


class UseIn(Body):
    part_id: Id
    quantity: int = Field(ge=1, le=1000)


class StatusIn(Body):
    status: StatusName


class LineOut(Answer):
    id: int
    part_id: int
    sku: str
    quantity: int
    price_cents: int


class JobOut(Answer):
    id: int
    bike_id: int
    customer_id: int
    description: str
    status: str
    due_at: Instant
    created_at: Instant
    finished_at: Instant | None
    labour_cents: int
    lines: list[LineOut]
    parts_cents: int
    total_cents: int
