"""Tasks with a due date, and the calendar of working days, for every package above."""
