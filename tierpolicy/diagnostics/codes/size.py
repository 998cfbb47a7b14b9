"""The T9 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

# Files (T980-T989)
FILE_TOO_LARGE = Code("T980", Severity.ERROR, "file over 16 MiB")
INCLUDE_DEPTH = Code("T981", Severity.ERROR, "files used over 16 deep")
