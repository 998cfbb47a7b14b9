"""Mistakes of authors, planted in the example policies: a change of the text, and a property that it breaks.

Each is one that a person could make on a working day: a threshold moved, a condition turned round, a clause too many, a
baseline lowered or made a rule. `text` becomes `instead`; where `text` is empty, `instead` is added at the end.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake in the policy of a folder. `says` is what came of it, for whom."""

    folder: str
    breaks: str
    says: str
    text: str
    instead: str


PLANTED: tuple[Planted, ...] = (
    # ------------------------------------------------------------ cdnow
    Planted(
        "cdnow",
        "gold_promise",
        "gold customers wait half a day, and are promised eight hours",
        "priority = high, reply_within = 8 hours",
        "priority = high, reply_within = 12 hours",
    ),
    Planted(
        "cdnow",
        "payment_promise",
        "the floor for payments is lowered to what everyone gets",
        "if topic = payment then reply_within at most 1 day",
        "if topic = payment then reply_within at most 2 days",
    ),
    Planted(
        "cdnow",
        "payment_promise",
        "the floor is given to another topic",
        "if topic = payment then reply_within at most 1 day",
        "if topic = order then reply_within at most 1 day",
    ),
    Planted(
        "cdnow",
        "payment_promise",
        "the floor has become a rule, which says nothing of customers whom a limit slows down",
        '\nbaseline payments "A question about money doesn\'t wait":\n'
        "    if topic = payment then reply_within at most 1 day\n",
        '\nrule payments "A question about money doesn\'t wait":\n'
        "    if topic = payment then reply_within = 1 day\n"
        "limit resold: if cds > orders * 10 then reply_within at least 2 days\n",
    ),
    Planted(
        "cdnow",
        "spending_pays",
        "the voucher shrinks as customers spend more",
        "voucher = min(15, total_spend * 5%)",
        "voucher = 15 - total_spend * 5%",
    ),
    Planted(
        "cdnow",
        "spending_pays",
        "the limit on samples bites from a hundred dollars on",
        "if total_spend = 0 then discount at most 0%",
        "if total_spend >= 100 then discount at most 0%",
    ),
    Planted(
        "cdnow",
        "spending_pays",
        "a limit is added for whoever costs most to send to",
        "",
        "limit heavy: if total_spend > 900 then shipping at most standard\n",
    ),
    Planted(
        "cdnow",
        "ordering_pays",
        "the comparison of dealers is turned round",
        "if cds > orders * 10",
        "if cds < orders * 10",
    ),
    Planted(
        "cdnow",
        "ordering_pays",
        "the discount is taken away order by order",
        "discount = min(10%, orders * 0.5%)",
        "discount = 10% - orders * 0.5%",
    ),
    Planted(
        "cdnow",
        "same_class",
        "frequent buyers are answered sooner than their tier says",
        "",
        "rule frequent: if orders > 20 then reply_within = 1 hour\n",
    ),
    # ------------------------------------------------------------ eu261
    Planted(
        "eu261",
        "further_is_never_less",
        "flights over 3500 km are no longer medium, so within the Community they count as short",
        "define medium_or_long = distance_km > 1500",
        "define medium_or_long = distance_km between 1501 and 3500",
    ),
    Planted(
        "eu261",
        "further_is_never_less",
        "it is said of re-routed passengers too, whose sum a longer flight may halve",
        "further_is_never_less where rerouted = no:",
        "further_is_never_less:",
    ),
    Planted(
        "eu261",
        "never_under_125",
        "the floor of floors is lowered",
        "compensation at least 125, halved_up_to",
        "compensation at least 100, halved_up_to",
    ),
    Planted(
        "eu261",
        "further_is_never_less",
        "two figures of the law are mixed up: 400 and 200",
        "if medium_or_long and in_full then compensation at least 400",
        "if medium_or_long and in_full and distance_km < 3000 then compensation at least 400",
    ),
    # ------------------------------------------------------------ gitlab-support
    Planted(
        "gitlab-support",
        "trial_gets_none",
        "whoever has any plan is supported, a trial too",
        "if plan in (Starter, Premium, Ultimate)\n",
        "if plan is known\n",
    ),
    Planted(
        "gitlab-support",
        "trial_gets_none",
        "the plans with priority are said by what they are not",
        "define priority_plan = plan in (Premium, Ultimate)",
        "define priority_plan = plan != Starter",
    ),
    Planted(
        "gitlab-support",
        "urgent_first",
        "minutes have become hours in the first row",
        "| 30 minutes          |",
        "| 30 hours            |",
    ),
    Planted(
        "gitlab-support",
        "urgent_first",
        "the clock of the third row never stops",
        '| yes              | 3           | 8 hours             | "24x5"     |',
        '| yes              | 3           | 8 hours             | "24x7"     |',
    ),
    # ------------------------------------------------------------ marriott
    Planted(
        "marriott",
        "nights_pay",
        "the comparison of gold is turned round",
        "tier Gold if nights >= 25",
        "tier Gold if nights <= 25",
    ),
    Planted(
        "marriott",
        "nights_pay",
        "gold's bonus melts night by night",
        "bonus_points = 25%",
        "bonus_points = 60% - nights * 1%",
    ),
    Planted(
        "marriott",
        "nights_pay",
        "who lives in the hotel has to leave earlier",
        "",
        'limit residents: if nights > 200 then late_checkout at most "14:00"\n',
    ),
    Planted(
        "marriott",
        "spend_pays",
        "the comparison with the parameter is turned round",
        "spend >= ambassador_spend",
        "spend <= ambassador_spend",
    ),
    Planted(
        "marriott",
        "spend_pays",
        "a tier is bounded above, and who outgrows it falls out",
        "tier Platinum if nights >= 50",
        "tier Platinum if nights >= 50 and spend between 0 and 5_000",
    ),
    # ------------------------------------------------------------ ottp
    Planted(
        "ottp",
        "gold_promise",
        "gold customers wait a minute longer than promised",
        "then priority = high, max_wait = 2 minutes",
        "then priority = high, max_wait = 3 minutes",
    ),
    Planted(
        "ottp",
        "gold_promise",
        "whoever complains much is made to wait",
        "",
        "limit patience: if open_complaints >= 10 then max_wait at least 5 minutes\n",
    ),
    Planted(
        "ottp",
        "value_pays",
        "the comparison of value is turned round",
        "if lifetime_value > 100000 then",
        "if lifetime_value < 100000 then",
    ),
    Planted(
        "ottp",
        "value_pays",
        "the most valuable are shared out among all desks",
        "",
        "limit shared: if lifetime_value >= 500_000 and segment != enterprise then agent_pool at most standard\n",
    ),
    Planted(
        "ottp",
        "age_blind",
        "older customers wait less",
        "",
        "rule elders: if age >= 65 then max_wait = 5 minutes\n",
    ),
    Planted(
        "ottp",
        "age_blind",
        "minors on the chat who complain get another desk",
        "",
        "limit minors: if age < 18 and channel = chat and open_complaints > 3 then agent_pool at most newer\n",
    ),
    Planted(
        "ottp",
        "same_class",
        "only customers with an order are won back",
        "if unhappy then perks = {gift}, max_wait = 5 minutes",
        "if unhappy and orders > 0 then perks = {gift}, max_wait = 5 minutes",
    ),
    Planted(
        "ottp",
        "same_class",
        "the floor is given to a channel, not to emergencies",
        "if severity = urgent then max_wait at most 3 minutes",
        "if channel = phone then max_wait at most 3 minutes",
    ),
    # ------------------------------------------------------------ tyk-support
    Planted(
        "tyk-support",
        "plans_rise",
        "one digit of the matrix is wrong: Premier waits longer than Enhanced",
        "| Premier   | 2 hours  |",
        "| Premier   | 6 hours  |",
    ),
    Planted(
        "tyk-support",
        "urgent_first",
        "the last column of Signature is sooner than the one before",
        "| 1 hour   | 4 hours  | 8 hours   |",
        "| 1 hour   | 4 hours  | 3 hours   |",
    ),
    Planted(
        "tyk-support",
        "plans_rise",
        "the portal is for Standard alone",
        "if plan >= Standard then portal = yes",
        "if plan = Standard then portal = yes",
    ),
    Planted(
        "tyk-support",
        "forum_for_all",
        "the floor has become a rule for plans that are on record",
        'baseline everyone "Included for every plan, Free too":\n    community_forum = yes',
        'rule everyone "Included for every plan, Free too":\n    if plan is known then community_forum = yes',
    ),
)
