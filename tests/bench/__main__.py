"""`python -m tests.bench`."""

from tests.bench.main import main

if __name__ == "__main__":  # the rolls are written by a process of their own, which reads this once more
    main()
