"""The officers' pages: what is owed, to whom, why, and how far the county has come."""
