"""Text that is compared regardless of case, which is about the letters of ASCII alone."""

from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def fold(text: str) -> str:
    """What two texts have in common that are alike regardless of case."""
    return text.translate(_LOWER)
