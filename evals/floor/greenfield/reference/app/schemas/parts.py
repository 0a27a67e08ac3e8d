from pydantic import Field

from app.schemas.fields import Answer, Body, Cents, Label, Text


class PartIn(Body):
    sku: Text = Field(min_length=1, max_length=40)
    name: Label
    price_cents: Cents


class DeliveryIn(Body):
    quantity: int = Field(ge=1, le=1_000_000)
    price_cents: Cents = -1
    """The default stands for "as before"; it cannot be sent."""

    @property
    def new_price(self) -> int | None:
        return self.price_cents if "price_cents" in self.model_fields_set else None


class PartOut(Answer):
    id: int
    sku: str
    name: str
    price_cents: int
    stock: int
