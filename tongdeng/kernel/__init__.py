"""Small things every package needs: time, ids, texts, secrets. No Django, no input or output but the clock."""
