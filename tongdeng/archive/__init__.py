"""The whole county in one sealed file, and back from it."""
