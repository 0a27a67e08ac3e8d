"""A neighbourhood's shared tools."""
