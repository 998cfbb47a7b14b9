"""The T9 codes: limits of size (language.md §8). A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

TOO_MANY_RULES = Code("T901", Severity.ERROR, "too many rules")
NESTED_TOO_DEEP = Code("T902", Severity.ERROR, "nested too deep")
NAME_TOO_LONG = Code("T903", Severity.ERROR, "name too long")
TEXT_TOO_LONG = Code("T904", Severity.ERROR, "text too long")
NUMBER_TOO_LONG = Code("T905", Severity.ERROR, "number too long")

# Files (T980-T989)
FILE_TOO_LARGE = Code("T980", Severity.ERROR, "file over 16 MiB")
INCLUDE_DEPTH = Code("T981", Severity.ERROR, "files used over 16 deep")
