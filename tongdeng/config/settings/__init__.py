"""Settings of development, tests and production; `base` holds what they share."""
