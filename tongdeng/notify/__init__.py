"""Messages to people: sealed until they leave, by channels behind one interface, with nothing of them in any log."""
