"""Files that people hand in: cleaned, sealed outside the database, and readable through their subject only."""
