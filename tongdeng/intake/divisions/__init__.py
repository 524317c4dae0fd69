"""A file that changes the map: read, previewed, and what it means for everybody who lives there."""
