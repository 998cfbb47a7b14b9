"""A small policy to test, with a claim of each kind that holds, and one of each kind that doesn't."""

SHOP = """\
policy "Shop"

customer {
    age    : integer at least 0 at most 120
    orders : integer at least 0 at most 1_000
}
service { priority : low < normal < top }
baseline all: priority at least low
"""

RULES = """\
rule regular: if orders > 3 then priority = normal
rule loyal: if orders > 30 then priority = top
"""

CLAIMS = """\
example "Acme": given orders = 40 expect priority = top
property age_blind: service never depends on age
property ordering_pays: more orders never lowers priority
property few: at most 5% of customers have priority = top
cases steps:
    | case    | orders | expect priority |
    | nothing | 3      | low             |
    |         | 4      | normal          |
"""

GOOD = SHOP + RULES + CLAIMS

FAILING = """\
example "Four are many": given orders = 4 expect priority = top
property everyone: always priority = top
"""

KNOWN = """\
allow T460 because "from spring on"
example "Five are many": given orders = 5 expect priority = top
"""
