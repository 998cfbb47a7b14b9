"""What is expected of each customer, period by period, to its net present value.

    value = Σ_{t=1..H} survival(t) × margin ÷ (1 + d)^t

`survival(t)` is the probability that the customer is one at the end of period t, `margin` the profit that they bring
in a period while they are, d the discount rate of a period, H the number of periods, possibly without an end. With a
constant retention rate r and a probability p of being a customer now, survival(t) = p × r^t and the sum has a closed
form; without an end it is p × margin × r ÷ (1 + d − r).

Sources: P. D. Berger and N. I. Nasr, Customer lifetime value: marketing models and applications, Journal of Interactive
Marketing 12(1), 1998, 17-30; S. Gupta, D. R. Lehmann and J. A. Stuart, Valuing customers, Journal of Marketing Research
41(1), 2004, 7-18.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ONE = 1e-9
"""How near to 1 the ratio of the geometric sum is taken to be 1: nearer, the closed form divides by next to nothing."""


def lasting_value(alive: Floats, margin: Floats, retention: float, discount: float, periods: int | None) -> Floats:
    """Net present value of `margin` a period from customers whose retention is the same in each.

    `alive`: probability of being a customer now, shape (customers,). `margin`: profit in a period, in any unit; the
    value has it too. `retention`, `discount`: of a period. Without an end (`periods` None) the sum has to have one of
    its own: ValueError where retention is 1 and nothing is discounted.
    """
    return alive * margin * geometric(retention / (1.0 + discount), periods)


def geometric(ratio: float, terms: int | None) -> float:
    """ratio + ratio² + … of so many terms, or of all."""
    if terms is None:
        if ratio >= 1.0:
            raise ValueError("the sum has no end")
        return ratio / (1.0 - ratio)
    if abs(1.0 - ratio) < ONE:
        return float(terms)
    return ratio * -float(np.expm1(terms * np.log(ratio))) / (1.0 - ratio) if ratio > 0 else 0.0


def discounted_sum(expected: Iterable[Floats], discount: float) -> Floats:
    """Net present value of what is expected in periods 1, 2, …, each an array of shape (customers,).

    What is expected in a period is survival × margin already, as models say it that know no constant retention.
    """
    total: Floats | None = None
    for number, amounts in enumerate(expected, 1):
        present = amounts / (1.0 + discount) ** number
        total = present if total is None else total + present
    return np.zeros(0) if total is None else total
