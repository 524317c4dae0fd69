"""同等 Tongdeng: the same public services for people without local registration, and the proof of it."""
