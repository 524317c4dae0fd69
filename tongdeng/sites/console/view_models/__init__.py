"""What each console page shows, as plain values: views fill these, templates only print them.

Shares are of 1 (`0.9131`), days are dates, addresses are strings. `Words` is a Text, or a name
that needs no translation.
"""
