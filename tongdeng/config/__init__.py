"""The composition root: settings, URLs, and the functions handed to lower packages."""
