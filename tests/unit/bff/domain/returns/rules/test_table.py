from datetime import datetime

import pytest

from bff.domain.returns.rules.table import Assessment, Basis, Rule, RuleCode, Rules, RuleScope
from tests.support.models import SOON_AFTER

Switches = dict[RuleCode, bool]
CODES = (
    RuleCode.RECEIVED,
    RuleCode.CATEGORY_RETURNABLE,
    RuleCode.WITHIN_SEVEN_DAYS,
    RuleCode.STAR_LEVEL,
    RuleCode.PILOT_CATEGORY,
)
ALL_PASS: Switches = dict.fromkeys(CODES, True)


def rule(code: RuleCode, scope: RuleScope, *, shared: bool = False) -> Rule[Switches]:
    return Rule(
        code,
        scope,
        Basis.PURCHASE,
        lambda switches: switches[code],
        lambda switches: {"passed": int(switches[code])},
        (lambda _: SOON_AFTER) if code is RuleCode.WITHIN_SEVEN_DAYS else None,
        shared=shared,
    )


RULES: Rules[Switches] = Rules(
    rule(RuleCode.RECEIVED, RuleScope.RETURN),
    rule(RuleCode.CATEGORY_RETURNABLE, RuleScope.RETURN, shared=True),
    rule(RuleCode.WITHIN_SEVEN_DAYS, RuleScope.RETURN),
    rule(RuleCode.STAR_LEVEL, RuleScope.EXPRESS, shared=True),
    rule(RuleCode.PILOT_CATEGORY, RuleScope.EXPRESS),
)


def outcome(*failing: RuleCode) -> tuple[RuleCode | None, bool]:
    """The rule that forbids returning, and whether what can be returned is approved at once."""
    switches = ALL_PASS | dict.fromkeys(failing, False)
    shared = RULES.shared_outcome(switches)
    forbidding = RULES.forbidding(switches, shared)
    code = forbidding.code if forbidding else None
    return code, RULES.allow_express(switches, shared)


def test_what_passes_is_approved_at_once() -> None:
    assert outcome() == (None, True)


@pytest.mark.parametrize("first", range(3))
def test_the_first_in_the_table_forbids_whether_shared_or_not(first: int) -> None:
    assert outcome(*CODES[first:3]) == (CODES[first], True)
    assert outcome(CODES[first]) == (CODES[first], True)


@pytest.mark.parametrize("code", CODES[3:])
def test_a_rule_of_express_forbids_no_return(code: RuleCode) -> None:
    assert outcome(code) == (None, False)


def test_a_check_has_the_facts_and_the_deadline_of_its_rule() -> None:
    checks = [one.check(ALL_PASS) for one in RULES.all]
    assert [check.code for check in checks] == list(CODES)
    assert [check.facts for check in checks] == [{"passed": 1}] * len(CODES)
    deadlines: list[datetime | None] = [None, None, SOON_AFTER, None, None]
    assert [check.deadline for check in checks] == deadlines


def test_the_check_that_forbids_is_the_one_in_the_list() -> None:
    switches = ALL_PASS | {RuleCode.WITHIN_SEVEN_DAYS: False}
    forbidding = RULES.forbidding(switches, RULES.shared_outcome(switches))
    assessment = Assessment(RULES, switches, forbidding, False, False)
    assert assessment.forbidding_check == assessment.rules[2]
    assert not assessment.forbidding_check.passed


def test_where_nothing_forbids_there_is_no_such_check() -> None:
    assessment = Assessment(RULES, ALL_PASS, None, True, True)
    with pytest.raises(LookupError):
        _ = assessment.forbidding_check
