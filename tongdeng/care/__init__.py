"""Health, behind a seal: a schema, a login and a key of its own. Nothing here is shown on any page."""
