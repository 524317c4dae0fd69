"""Money is a whole number of fen. A yuan amount is read exactly or not at all."""

from decimal import Decimal, InvalidOperation


def fen(yuan: str) -> int:
    """Return the fen in a yuan amount such as `1,234.50`. Raises ValueError for anything finer than a fen."""
    try:
        amount = Decimal(yuan.replace(",", "").strip()) * 100
    except InvalidOperation:
        raise ValueError(f"not an amount of money: {yuan!r}") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(f"finer than a fen: {yuan!r}")
    return int(amount)
