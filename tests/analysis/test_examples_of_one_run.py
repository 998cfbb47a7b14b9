"""All examples that one run of `check` proposes can be pasted together."""

from __future__ import annotations

from tierpolicy.pipeline import check_text

POLICY = """\
customer { spend : money at least 0 }
service { priority : low < normal < high }
rule loyal: if spend > 100 then priority = high
property rich: always spend > 50 implies priority = high
property poor: always spend < 50 implies priority = normal
"""


def test_examples_of_one_run_have_names_of_their_own() -> None:
    found = [each for each in check_text(POLICY).diagnostics if each.witness is not None]
    assert len(found) > 2
    pasted = POLICY + "\n" + "\n\n".join(str(each.witness["example"]) for each in found if each.witness) + "\n"
    codes = {each.code.code for each in check_text(pasted).diagnostics}
    assert "T151" not in codes
    assert "T460" not in codes
