"""The one public name: puts our own folders first on the path, then hands over to the command line."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the command line; returns the exit code.

    In the wheel our folders lie under ``_archwright``, so that a target's own ``tools`` or ``agent``
    never shadows ours and ours never shadow the target's.
    """
    here = Path(__file__).resolve().parent
    home = here / "_archwright" if (here / "_archwright").is_dir() else here
    sys.path[:] = [str(home), *(entry for entry in sys.path if entry != str(home))]
    from agent.cli import main as agent

    return agent(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
