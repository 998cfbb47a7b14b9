"""The T0 codes. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

# Files: what a policy uses and reads (T080-T099)
FILE_MISSING = Code("T080", Severity.ERROR, "file not found")
FILE_OUTSIDE = Code("T081", Severity.ERROR, "file outside the policy's folder")
FILE_CIRCLE = Code("T082", Severity.ERROR, "files that use one another in a circle")
FILE_UNREADABLE = Code("T083", Severity.ERROR, "file that can't be read")
FILE_NOT_TEXT = Code("T084", Severity.ERROR, "file that is not UTF-8 text")
FILE_KIND = Code("T085", Severity.ERROR, "wrong kind of file")
USED_HEAD = Code("T086", Severity.ERROR, "used file with a policy head")
NO_POLICY = Code("T087", Severity.ERROR, "no policy found")
UNUSED_FILE = Code("T088", Severity.NOTE, "file that no policy uses")
