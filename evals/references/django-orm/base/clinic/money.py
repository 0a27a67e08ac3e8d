"""Money: integer cents, and tax in basis points."""

_BASIS_POINTS = 10_000


def tax_on(net_cents: int, tax_bp: int) -> int:
    """The tax, rounded to the nearest cent, half a cent up."""
    return (net_cents * tax_bp + _BASIS_POINTS // 2) // _BASIS_POINTS
