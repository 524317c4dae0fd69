"""The targets of size and speed, measured."""
