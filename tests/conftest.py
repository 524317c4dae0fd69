"""What every test may ask for: databases of its own, posts to act in, and a real browser."""

pytest_plugins = ["tests.databases", "tests.posts", "tests.browsers"]
