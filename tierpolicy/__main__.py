"""`python -m tierpolicy`: the same as the command `tierpolicy`."""

from __future__ import annotations

from tierpolicy.surfaces.cli import main

if __name__ == "__main__":
    main()
