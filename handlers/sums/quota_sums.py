"""The arithmetic of the quotas (附件1 二): bands, shares rounded half up, and the smallest number that gives enough. No words."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext

from knowledge.model import Document, Kind, QuotaBand

_HALF, _HUNDRED = Decimal("0.5"), Decimal(100)


def band_of(registered: int, kind: Kind, notice: Document) -> QuotaBand:
    """The band (名额档) into which a number of registered teams falls."""
    for band in notice.bands_for(kind):
        if registered >= band.at_least and (band.below is None or registered < band.below):
            return band
    raise LookupError(f"{kind.label} {registered}")


def quota_of(registered: int, kind: Kind, notice: Document) -> int:
    """The number of achievements for a number of registered teams, rounded half up and exact (附件1 二)."""
    band = band_of(registered, kind, notice)
    return band.fixed if band.fixed is not None else int(share(registered, band).to_integral_value(ROUND_HALF_UP))


def share(registered: int, band: QuotaBand) -> Decimal:
    """The product before it is rounded."""
    return registered * (band.rate or Decimal()) / _HUNDRED


def smallest(wished: int, kind: Kind, notice: Document) -> int | None:
    """The smallest number of registered teams that gives at least so many achievements; None where none does."""
    for band in notice.bands_for(kind):
        enough = _enough(wished, band)
        if enough is not None and (band.below is None or enough < band.below):
            return enough
    return None


def _enough(wished: int, band: QuotaBand) -> int | None:
    first = max(band.at_least, 1)  # without a registered team there is nothing to put forward
    if band.fixed is not None:
        return first if band.fixed >= wished else None
    if not band.rate:
        return None
    with localcontext() as context:
        context.rounding = ROUND_CEILING
        needed = ((wished - _HALF) * _HUNDRED / band.rate).to_integral_value()
    return max(first, int(needed))
