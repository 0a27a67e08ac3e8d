"""The behaviour checks of the library, one module for each group of requirements or part of one."""
