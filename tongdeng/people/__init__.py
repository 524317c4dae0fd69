"""Source records, the links that make persons of them, and the profiles and spells that follow from both."""
