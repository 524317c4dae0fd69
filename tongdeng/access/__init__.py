"""Who may see which rows: the matrix of law/access.toml, compiled to row security, and the signed context."""
