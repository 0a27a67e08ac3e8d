"""Never worse than a shell: two tasks, their hidden tests and the bench of our own overhead."""
