"""What pages and commands need of intake besides its actions: formats, empty rolls, uploads, the rows given back."""

from tongdeng.intake import sealed_rows, uploads
from tongdeng.intake.divisions.preview import Effect, Part, preview, totals
from tongdeng.intake.formats import Format, load_format
from tongdeng.intake.formats.described import described_sources
from tongdeng.intake.rejects import rejects_csv
from tongdeng.intake.sheets import read_sheets
from tongdeng.intake.template import write_template

__all__ = [
    "Effect", "Format", "Part", "described_sources", "load_format", "preview", "read_sheets", "rejects_csv", "sealed_rows",
    "totals", "uploads", "write_template",
]  # fmt: skip
