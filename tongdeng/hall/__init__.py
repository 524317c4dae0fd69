"""The one-stop hall: numbers for the line, windows that call them, and appointments. The line itself knows no names."""
