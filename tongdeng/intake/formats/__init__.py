"""The rolls a county receives: a folder each, with nothing but data. `load_format` is the door."""

from tongdeng.intake.formats.loader import Column, Format, Matching, formats, load_format, narrowed, sources

__all__ = ["Column", "Format", "Matching", "formats", "load_format", "narrowed", "sources"]
