"""What an author may expect to write: after a word, in a statement. The words of the messages where reading stuck."""

from __future__ import annotations

_TEXT = 'a text in quotes, such as "…"'
_DATE = "a date, such as 2026-01-31"
_CONDITION = "a condition, such as `annual_spend >= 10_000`"
_VALUE = "a value, such as `high`, `5` or `10 minutes`"
_GIVEN = "what is given, such as `priority = high`"
_NAME = "a name"

# The word or sign before → what comes after it, wherever it stands
AFTER: dict[str, str] = {
    "then": _GIVEN,
    "if": _CONDITION,
    "and": "one more, such as `annual_spend >= 10_000` after `if` or `priority = high` after `then`",
    "or": _CONDITION,
    "not": _CONDITION,
    "while": _CONDITION,
    "where": _CONDITION,
    "keep": "`while` and a condition",
    "in": "a list in parentheses, such as `in (phone, email)`, or a share, such as `in top 10%`",
    "top": "a share of the customers, such as `in top 10%`",
    "bottom": "a share of the customers, such as `in bottom 10%`",
    "between": "two values, such as `between 1 and 5`",
    "is": "`missing`, `known`, `not` or a value",
    "has": "a label, such as `tags has vip`",
    "starts": '`with` and a text: `starts with "A"`',
    "ends": '`with` and a text: `ends with "A"`',
    "contains": _TEXT,
    "with": _TEXT,
    "=": _VALUE,
    "!=": _VALUE,
    "<": _VALUE,
    "<=": _VALUE,
    ">": _VALUE,
    ">=": _VALUE,
    "+": _VALUE,
    "-": _VALUE,
    "*": _VALUE,
    "/": _VALUE,
    "at": "`least` or `most`",
    "least": _VALUE,
    "most": _VALUE,
    "default": _VALUE,
    "includes": "a set, such as `{phone, email}`",
    "within": "a set, such as `{phone, email}`",
    "without": "a set, such as `{lounge}`",
    "because": _TEXT,
    "source": _TEXT,
    "version": 'a text in quotes, such as `version "2026.1"`',
    "column": 'a text in quotes, such as `column "Annual spend"`',
    "until": _DATE,
    "effective": "`from` and a date: `effective from 2026-01-31`",
    "currency": "the currency's code, such as `USD`",
    "policy": 'the policy\'s name in quotes: `policy "…"`',
    "use": 'a file in quotes, `use "file.tier"`, or `use standard`',
    "organization": "`business`, `government`, `charity` or `monopoly`",
    "parameter": "a name, a type and a value: `parameter fee : money = 8`",
    "define": "a name and what it stands for: `define big = annual_spend >= 10_000`",
    "overrides": "the name of a rule or table, or `tier gold`",
    "tiers": "the labels, worst first: `tiers silver < gold`",
    "example": 'its name in quotes: `example "…": given … expect …`',
    "given": "a field and its value, such as `annual_spend = 500`",
    "expect": "what must hold, such as `priority = high`",
    "assume": _CONDITION,
    "cost": 'what is paid for, in quotes: `cost "senior desk": if agent_pool = senior then 6.50 * contacts`',
    "merge": "how records of one customer become one: `sum`, `max`, `min`, `first`, `union` or `latest by` a date",
    "reminder": 'what to say, in quotes: `reminder "Nearly there" within 10% of tier`',
    "allow": "the code of a finding, such as `T305`",
    "as": "`of` and a date: `as of 2026-01-31`",
    "always": _CONDITION,
    "never": "a condition, `lowers` or `depends on`",
    "implies": _CONDITION,
    "more": "the field that rises: `more annual_spend never lowers service`",
    "lowers": "what isn't lowered: `service`, or some of its attributes",
    "depends": "`on` and a field",
    "of": "a label, such as `one of phone, email`",
    "one": "`of` and the labels: `one of phone, email`",
    "set": "`of` and the labels: `set of phone, email`",
    "first": "`match`",
    "by": "two fields, such as `max_wait by stage, segment`",
    "to": "the end of the range, such as `10 to 20`",
    "below": "the end of the range, such as `10 to below 20`",
    "adds": "`up`",
    "total": "what is summed: `total discount at most 1_000`",
}

# The same where the statement matters
AFTER_IN: dict[tuple[str, str], str] = {
    ("effect", ":"): "what is given, such as `priority = high`, or `if` and a condition",
    ("effect", ","): "one more that is given, such as `priority = high`",
    ("effect", "rule"): _NAME,
    ("effect", "limit"): _NAME,
    ("effect", "baseline"): _NAME,
    ("effect", "from"): _DATE,
    ("tier", "tier"): "the tier's label and who reaches it: `tier gold if annual_spend >= 50_000`",
    ("policy_head", "from"): _DATE,
    ("table_head", "from"): 'a date, or a file in quotes: `from "rates.csv"`',
    ("table_head", "table"): _NAME,
    ("matrix_head", "matrix"): _NAME,
    ("matrix_head", ":"): "what is decided and by what: `max_wait by stage, segment`",
    ("property", "property"): _NAME,
    ("property", ":"): "what must hold: `always …`, `never …`, `more … never lowers …` or `… never depends on …`",
    ("cases_head", "cases"): _NAME,
    ("cases_head", "from"): 'a file in quotes: `from "cases.csv"`',
    ("example", ":"): "`given` and `expect`",
    ("cost", ":"): "an amount, or `if` and a condition: `if agent_pool = senior then 6.50 * contacts`",
    ("cost", "then"): "an amount, such as `6.50 * contacts`",
    ("cost", "from"): _DATE,
    ("declaration", "by"): "a date of the customer: `merge latest by last_seen`",
    ("reminder", "within"): "a share, such as `10%`",
    ("reminder", "of"): "an attribute, such as `tier`",
    ("example", "of"): _DATE,
    ("declaration", ":"): "a type, such as `text`, `money`, `low < high` or `one of a, b`",
    ("parameter", ":"): "a type, such as `text`, `money`, `low < high` or `one of a, b`",
    ("declaration", "<"): "a label; labels with blanks stand in quotes",
    ("declaration", ","): "a label; labels with blanks stand in quotes",
    ("declaration", "from"): 'the spellings in parentheses: `from ("SMB", "Small Business")`',
    ("declaration", "in"): "a unit: `in hours`",
    ("column", "if"): "what is asked: a name, such as `segment`",
    ("column", "then"): "the attribute that is given",
    ("case_column", "given"): "the field that is given: `given orders`",
    ("case_column", "expect"): "what is decided: `expect priority`",
    ("case_column", "as"): "`of`, and in each row a date",
}

# How a statement reads, for help
FORMS: dict[str, str] = {
    "policy_head": 'a head reads `policy "name" version "1" effective from 2026-01-31 currency USD`',
    "organization": "it reads `organization business`",
    "use": 'it reads `use "file.tier"` or `use standard`',
    "parameter": "it reads `parameter fee : money = 8`",
    "define": "it reads `define big = annual_spend >= 10_000`",
    "effect": "a rule reads `rule name: if condition then attribute = value, attribute = value`",
    "tiers": "it reads `tiers silver < gold`, worst first",
    "tier": "it reads `tier gold if condition keep while condition then attribute = value`",
    "property": "it reads `property name: always condition implies condition`; other claims are `never condition`, "
    "`more field never lowers service`, `service never depends on field`, "
    "`customers with equal field get equal service`, "
    "`at most 5% of customers have condition` and `total value at most value`",
    "assume": "it reads `assume annual_spend <= 1_000_000`",
    "cost": 'it reads `cost "senior desk": if agent_pool = senior then 6.50 * contacts`, '
    "without `if` where it is always paid",
    "reminder": 'it reads `reminder "Nearly there" within 10% of tier`, with `if` where not everybody is told',
    "example": 'it reads `example "name": given field = value expect attribute = value`',
    "cases_head": 'it reads `cases name "title":`, then a line for the columns and each case',
    "allow": 'it reads `allow T305 because "…"`',
    "reasons": 'below the last row stand only `because "…"` and `source "…"`',
    "table_head": 'it reads `table name "title" first match complete:`, then a line for the columns and each row',
    "matrix_head": 'it reads `matrix name "title": attribute by field, field`, then its rows',
    "column": "a column is headed `if` and what is asked, `then` and what is given, `because` or `source`",
    "case_column": "a column of cases is headed `case`, `given` and a field, `expect` and what is decided, `as of`, "
    "`because` or `source`; the name of a field or attribute does by itself too",
    "if_cell": "such a cell reads `gold`, `a, b`, `>= 5`, `10 to 20`, `10 to below 20`, `not gold`, `has vip`, "
    "`in top 10%`, `known`"
    ", `missing` or `any`; a label with other signs stands in quotes",
    "then_cell": "such a cell holds a value, or `-` for nothing; a label with other signs stands in quotes",
    "declaration": "it reads `name : type`, then what is said of it, then a description in quotes",
    "expression": "a condition reads `annual_spend >= 10_000 and stage = loyalty`",
}

# The same where the first word of the statement matters
FORMS_OF: dict[tuple[str, str], str] = {
    ("effect", "limit"): "a limit reads `limit name: if condition then attribute at most value`",
    ("effect", "baseline"): "a baseline reads `baseline name: if condition then attribute at least value`",
}

# What a statement is called in a sentence
CALLED: dict[str, str] = {
    "rule": "a rule",
    "limit": "a limit",
    "baseline": "a baseline",
    "table": "a table",
    "matrix": "a matrix",
    "cases": "a table of cases",
    "property": "a property",
    "define": "what is defined",
    "parameter": "a parameter",
}

_MODIFIERS = (
    "at least, at most, default, required, key, column, merge, in, earnable, need, protected, sensitive, "
    "less is better, more is better, no is better, yes is better, no direction, or none, adds up, internal"
)
MODIFIER_WORDS = tuple(_MODIFIERS.split(", "))
MODIFIER_FIRST_WORDS = frozenset(words.split()[0] for words in MODIFIER_WORDS)

# The words that a statement knows besides names, for "did you mean"
_EFFECT = (
    "if",
    "then",
    "and",
    "or",
    "not",
    "because",
    "source",
    "overrides",
    "from",
    "until",
    "includes",
    "within",
    "without",
)
WORDS_OF: dict[str, tuple[str, ...]] = {
    "effect": _EFFECT,
    "tier": ("if", "keep", "then", "and", "or", "because", "source"),
    "policy_head": ("version", "effective", "currency", "until"),
    "property": (
        "where",
        "always",
        "never",
        "more",
        "less",
        "customers",
        "service",
        "total",
        "implies",
        "depends",
        "lowers",
    ),
    "example": ("given", "expect", "because", "source"),
    "cases_head": ("from",),
    "case_column": ("case", "given", "expect", "because", "source"),
    "define": ("because", "source", "between", "contains"),
    "assume": ("because", "source", "between", "contains"),
    "cost": ("if", "then", "and", "or", "not", "because", "source", "from", "until"),
    "reminder": ("within", "if", "because", "source"),
    "table_head": ("first", "complete", "from", "until"),
    "matrix_head": ("complete", "from", "until"),
    "if_cell": ("known", "missing", "otherwise", "not", "has"),
    "column": ("if", "then", "because", "source"),
}
