"""The command `tierpolicy`: a file a command, each a thin layer over `pipeline`.

Exit codes: 0 clean, 1 findings, 2 usage, 3 an error of ours.
"""

from __future__ import annotations

import os
import sys

OUR_ERROR = 3
INTERRUPTED = 130


def main() -> None:
    """The entry point. Whatever goes wrong, the caller sees words and an exit code; a traceback only on request."""
    _let_every_character_through()
    try:
        from tierpolicy.surfaces.cli.app import app

        app()
    except KeyboardInterrupt:
        _leave(INTERRUPTED)
    except BrokenPipeError:
        _leave(0)
    except Exception as error:
        if os.environ.get("TIERPOLICY_DEBUG"):
            raise
        print(_apology(error), file=sys.stderr)
        sys.exit(OUR_ERROR)


def _let_every_character_through() -> None:
    """What the terminal's encoding lacks is escaped, so that no output fails for a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _leave(code: int) -> None:
    """Leaves quietly: whoever read our output has stopped, so nothing more is flushed to them."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
    sys.exit(code)


def _apology(error: Exception) -> str:
    kind = type(error).__name__
    return (
        f"tierpolicy failed, and that is our mistake, not yours ({kind}).\n"
        "Please report it with the command and, if you can, the policy; run it again with\n"
        "TIERPOLICY_DEBUG=1 in the environment to see where it happened."
    )
