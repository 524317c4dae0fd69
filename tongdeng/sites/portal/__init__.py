"""The residents' own pages, made for a phone."""
