"""What every test may ask for: databases of its own, posts to act in, a real browser, and Spark."""

pytest_plugins = ["tests.databases", "tests.posts", "tests.browsers", "tests.sparks", "tests.order"]
