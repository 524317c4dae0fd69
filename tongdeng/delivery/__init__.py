"""Services given, offers and declines, and the bureaus' returns about registered residents."""
