"""What pages and commands need of intake besides its actions: formats, empty rolls, uploads, the rows given back."""

from tongdeng.intake import uploads
from tongdeng.intake.formats import Format, load_format
from tongdeng.intake.rejects import rejects_csv
from tongdeng.intake.template import write_template

__all__ = ["Format", "load_format", "rejects_csv", "uploads", "write_template"]
