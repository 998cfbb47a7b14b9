"""The T0 codes: text, layout and grammar. A code never changes meaning; its page is docs/errors/CODE.md."""

from __future__ import annotations

from tierpolicy.diagnostics.diagnostic import Code, Severity

UNEXPECTED = Code("T001", Severity.ERROR, "this cannot stand here")
UNKNOWN_STATEMENT = Code("T002", Severity.ERROR, "unknown statement")
LAYOUT = Code("T003", Severity.ERROR, "wrong column")
UNCLOSED_QUOTE = Code("T004", Severity.ERROR, "unclosed quote")
BRACKET = Code("T005", Severity.ERROR, "bracket without its partner")
FROM_ELSEWHERE = Code("T006", Severity.ERROR, "a word from elsewhere")
WRONG_QUOTES = Code("T007", Severity.ERROR, "wrong quotes")
THOUSANDS_COMMA = Code("T008", Severity.ERROR, "comma inside a number")
WRONG_DATE = Code("T009", Severity.ERROR, "not a date")
WRONG_ESCAPE = Code("T010", Severity.ERROR, "unknown escape in a text")
HIDDEN_CHARACTER = Code("T011", Severity.ERROR, "hidden character")
NOT_ASCII = Code("T012", Severity.ERROR, "letter or sign outside a to z")
LOOK_ALIKE = Code("T013", Severity.WARNING, "look-alike letter")
MISSING_COLON = Code("T014", Severity.ERROR, "missing colon")
MISSING_THEN = Code("T015", Severity.ERROR, "missing then")
MISSING_NAME = Code("T016", Severity.ERROR, "missing name")
ROW_SHAPE = Code("T017", Severity.ERROR, "row of another shape than its table")
TABLE_COLUMN = Code("T018", Severity.ERROR, "table column not understood")
SAID_TWICE = Code("T019", Severity.ERROR, "said twice in one statement")
NUMBER_FORM = Code("T020", Severity.ERROR, "number written another way")

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
