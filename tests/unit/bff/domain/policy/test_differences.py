"""How two policies differ, key by key."""

from bff.domain.policy.differences import differences
from tests.support.models import POLICY, changed


def test_a_policy_does_not_differ_from_itself() -> None:
    assert differences(POLICY, POLICY.model_copy()) == []


def test_each_number_that_differs_is_given_old_and_new() -> None:
    more = changed(changed(POLICY, "pickup", capacity=60), "returning", window_days=8)
    assert differences(POLICY, more) == [
        "policy.returning.window_days: 7 → 8",
        "policy.pickup.capacity: 50 → 60",
    ]


def test_what_is_on_one_side_alone_is_nothing_on_the_other() -> None:
    fewer = changed(POLICY, "advance", limit_minor={"CNY": 300_000})
    assert differences(POLICY, fewer) == ["policy.advance.limit_minor.GBP: 30000 → nothing"]
    assert differences(fewer, POLICY) == ["policy.advance.limit_minor.GBP: nothing → 30000"]


def test_tables_in_a_list_go_by_their_code_and_their_order_counts() -> None:
    first, *others = POLICY.pickup.couriers
    renamed = first.model_copy(update={"waybill_pattern": "X"})
    assert differences(POLICY, changed(POLICY, "pickup", couriers=(renamed, *others))) == [
        'policy.pickup.couriers.cainiao.waybill_pattern: "CN[0-9]{10}" → "X"'
    ]
    turned = changed(POLICY, "pickup", couriers=(*others, first))
    assert differences(POLICY, turned) == [
        'policy.pickup.couriers, in order: ["cainiao", "sf", "yto"] → ["sf", "yto", "cainiao"]'
    ]


def test_a_set_has_no_order() -> None:
    never = frozenset(sorted(POLICY.returning.never, reverse=True))
    assert differences(POLICY, changed(POLICY, "returning", never=never)) == []
