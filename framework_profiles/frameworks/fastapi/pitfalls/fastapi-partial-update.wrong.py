from pydantic import BaseModel


class BookPatch(BaseModel):
    title: str | None = None
    subtitle: str | None = None


def main():
    stored = {"title": "Ema", "subtitle": "A Novel"}
    stored.update(BookPatch(title="Emma").model_dump())
    return stored
