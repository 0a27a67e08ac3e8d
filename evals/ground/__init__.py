"""Runs the reference applications: assembled, installed once, served on databases of their own, measured, mutated."""
