"""Files in, persons out: rolls are read, validated, matched and stored; rejects go back to the sender."""
