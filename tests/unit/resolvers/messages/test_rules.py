from itertools import product

from bff.domain.returns.rules import refundability, returnability
from bff.domain.returns.rules.table import Basis, RuleCode
from resolvers.messages import rules
from tests.support.messages import assert_covers, assert_translated, placeholders
from tests.support.models import SOON_AFTER, subject


def test_every_rule_has_a_title_and_a_reason_in_both_languages() -> None:
    assert_covers(rules.RULE_TITLES, RuleCode)
    assert_covers(rules.RULE_REASONS, product(RuleCode, (True, False)))


def test_every_basis_has_a_message_in_both_languages() -> None:
    assert_covers(rules.BASES, Basis)


def test_what_is_said_of_no_single_rule_is_in_both_languages() -> None:
    assert_translated(rules.APPROVED_AT_ONCE)
    assert_translated(rules.WINDOW_NOT_BEGUN)


def test_a_rules_facts_fill_its_reasons() -> None:
    unshipped = subject(order={"received_at": None, "shipped_at": None})
    tables = (
        returnability.assess(subject(), 1, SOON_AFTER),
        refundability.assess_refund([unshipped], refundability.whole_order([unshipped])),
    )
    for check in (check for verdict in tables for check in verdict.rules):
        for passed in (True, False):
            assert placeholders(rules.RULE_REASONS[check.code, passed]) <= set(check.facts)
