"""What is known on a day, frozen as Parquet under random numbers: rules and measures run on this alone."""
