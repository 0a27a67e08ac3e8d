"""The behaviour checks of the clinic, one module for each group of requirements or two that belong together."""
