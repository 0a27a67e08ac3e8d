"""The hidden behaviour checks of the greenfield task: ``python -m evals.floor.greenfield.behaviour http://host:port``."""

from __future__ import annotations

import sys

from evals.floor.checks import main
from evals.floor.greenfield import customers, general, workshop
from evals.floor.greenfield.making import SUITE

MODULES = (general, customers, workshop)
"""Imported for the checks that they register."""

if __name__ == "__main__":
    sys.stdout.write(main(SUITE, sys.argv[1:]) + "\n")
