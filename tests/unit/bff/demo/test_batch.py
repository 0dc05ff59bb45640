"""The demonstration's orders, for whatever moment it is started at."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bff.core.clock import local_date
from bff.demo.batch import HISTORY_DAYS_AGO, RECENT, make_batch
from bff.demo.catalogue import PERSONAS
from bff.importer.validation import valid_lines

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "now", [NOW, datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, 15, 59, tzinfo=UTC)]
)
def test_a_batch_has_no_errors(now: datetime, first: bool) -> None:
    batch = make_batch(now, first=first)
    assert valid_lines(batch, now) == (batch, [])


def test_only_the_first_batch_has_a_history_and_credit_notes() -> None:
    first, later = make_batch(NOW, first=True), make_batch(NOW, first=False)
    assert len(first.orders) == len(PERSONAS) * (len(RECENT) + len(HISTORY_DAYS_AGO))
    assert len(later.orders) == len(PERSONAS) * len(RECENT)
    assert (len(first.returns), len(later.returns)) == (sum(p.credits for p in PERSONAS), 0)


def test_every_credit_line_names_a_purchase() -> None:
    credited = [each.record for each in make_batch(NOW, first=True).returns]
    of = Counter(record.shopper_no for record in credited if record.order_no)
    assert all(of[persona.shopper_no] == persona.credits for persona in PERSONAS)


def test_nothing_happens_after_the_start_and_order_numbers_are_of_its_day() -> None:
    records = [each.record for each in make_batch(NOW, first=True).orders]
    moments = [at for one in records for at in (one.paid_at, one.shipped_at, one.delivered_at)]
    assert max(at for at in moments if at) < NOW
    assert {one.order_no[:10] for one in records} == {f"D{local_date(NOW):%Y%m%d}-"}


def test_the_next_day_has_other_goods_under_other_numbers() -> None:
    today, tomorrow = (
        {
            each.record.order_no: each.record.lines[0].sku
            for each in make_batch(at, first=False).orders
        }
        for at in (NOW, NOW + timedelta(days=1))
    )
    assert not today.keys() & tomorrow.keys()
    assert list(today.values()) != list(tomorrow.values())
