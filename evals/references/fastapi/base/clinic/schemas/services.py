from clinic.schemas.fields import (
    Answer,
    IdCursor,
    Limit,
    Name,
    Omittable,
    PageOut,
    Patch,
    Price,
    Query,
    Request,
    TaxBp,
)


class ServiceIn(Request):
    name: Name
    price_cents: Price
    tax_bp: TaxBp


class ServicePatch(Patch):
    name: Omittable[Name] = None
    price_cents: Omittable[Price] = None
    tax_bp: Omittable[TaxBp] = None


class ServiceQuery(Query):
    limit: Limit = 20
    cursor: IdCursor | None = None


class ServiceOut(Answer):
    id: int
    name: str
    price_cents: int
    tax_bp: int


ServicePage = PageOut[ServiceOut]
