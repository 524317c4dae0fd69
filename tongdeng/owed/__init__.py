"""What is due to whom, by when, with what outcome; and the arithmetic of coverage."""
