"""The demo: the whole pipeline on a sample repository that ships with archwright."""
