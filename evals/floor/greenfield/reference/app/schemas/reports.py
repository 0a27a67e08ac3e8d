from datetime import date
from typing import Self

from pydantic import BaseModel, Field, computed_field, model_validator

from app.schemas.fields import Answer, Day


class Span(BaseModel):
    start: Day = Field(alias="from")
    end: Day = Field(alias="to")

    @model_validator(mode="after")
    def ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError("`to` must be after `from`")
        return self


class RevenueOut(Answer):
    day: date
    jobs: int
    labour_cents: int
    parts_cents: int

    @computed_field
    def total_cents(self) -> int:
        return self.labour_cents + self.parts_cents
