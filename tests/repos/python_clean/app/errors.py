class NotFound(Exception):
    """Nothing of that name."""
