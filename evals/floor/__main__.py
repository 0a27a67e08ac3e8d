"""``python -m evals.floor``: the bench of our own overhead, as ``make bench`` runs it."""

from __future__ import annotations

import sys

from evals.floor.overhead import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
