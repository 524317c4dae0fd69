"""Divisions, bureaus, units, posts and the staff who hold them."""
