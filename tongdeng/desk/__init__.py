"""Cases of the one-stop desk: what was applied for, how far it is, by when it must be done, and who watches over it."""
