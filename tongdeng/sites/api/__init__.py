"""/api/v1: what departments' own systems read and do. Thin: it parses, calls one action or selector, and answers."""
