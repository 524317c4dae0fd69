"""What pages and commands need of intake besides its actions: formats, empty rolls, uploads, the rows given back."""

from tongdeng.intake import households, links, moves, review, sealed_rows, sealed_words, submissions, uploads
from tongdeng.intake.divisions.preview import Effect, Part, preview, totals
from tongdeng.intake.errors import finding_words
from tongdeng.intake.faults import explained
from tongdeng.intake.formats import Format, load_format
from tongdeng.intake.formats.described import described_sources
from tongdeng.intake.pace import pace
from tongdeng.intake.quality import corrections
from tongdeng.intake.quality import reading as quality
from tongdeng.intake.quality.terms import terms as quality_terms
from tongdeng.intake.rejects import rejects_csv
from tongdeng.intake.sheets import read_sheets
from tongdeng.intake.template import write_format, write_template

__all__ = [
    "Effect",
    "Format",
    "Part",
    "corrections",
    "described_sources",
    "explained",
    "finding_words",
    "households",
    "links",
    "load_format",
    "moves",
    "pace",
    "preview",
    "quality",
    "quality_terms",
    "read_sheets",
    "rejects_csv",
    "review",
    "sealed_rows",
    "sealed_words",
    "submissions",
    "totals",
    "uploads",
    "write_format",
    "write_template",
]
