"""How each test runner is started and how its result is read."""
