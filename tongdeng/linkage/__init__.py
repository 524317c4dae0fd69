"""Who is who in rows of many rolls: a library over Splink and DuckDB, without Django and without a database."""
