"""95 % intervals of a share and of the difference of two shares."""

from math import sqrt

Z = 1.959963984540054  # the 97.5th percentile of the normal distribution


def share(numerator: int, denominator: int) -> tuple[float, float] | None:
    """Return Wilson's score interval (Wilson 1927); None where there is no denominator."""
    if denominator == 0:
        return None
    p, n = numerator / denominator, denominator
    centre = p + Z * Z / (2 * n)
    spread = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def difference(a: int, n: int, b: int, m: int) -> tuple[float, float] | None:
    """Return Newcombe's hybrid score interval of a/n - b/m (Newcombe 1998, method 10)."""
    first, second = share(a, n), share(b, m)
    if first is None or second is None:
        return None
    p, q = a / n, b / m
    low = p - q - sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2)
    high = p - q + sqrt((first[1] - p) ** 2 + (q - second[0]) ** 2)
    return low, high
