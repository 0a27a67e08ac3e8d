"""Programs that run inside a target, with its own interpreter; they import nothing of ours."""
