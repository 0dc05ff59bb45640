from tests.support.lived_books import Books

REFUNDED = "SELECT id FROM refunds WHERE advance = 'SETTLED' AND refunded_at IS NOT NULL"


async def test_a_refund_without_its_moment(books: Books) -> None:
    refund = books.one(REFUNDED)
    books.spoil("UPDATE refunds SET refunded_at = NULL WHERE id = :refund", refund=refund)
    broken = await books.broken()
    [finding] = broken["refunded"]
    assert finding.key == refund
    expected = "a moment at which it was refunded, as its payment has succeeded"
    assert (finding.expected, finding.found) == (expected, "none")
    assert set(broken) == {"refunded", "refunded and owed", "refunds due"}


async def test_a_refund_that_nobody_has_paid(books: Books) -> None:
    refund = books.one("SELECT id FROM refunds WHERE refunded_at IS NULL AND advance = 'NONE'")
    books.spoil(
        "UPDATE refunds SET refunded_at = '2026-03-10T02:00:00.000000+00:00' WHERE id = :refund",
        refund=refund,
    )
    [finding] = (await books.broken())["refunded"]
    assert finding.key == refund
    assert finding.expected == "a payment that has succeeded, as it is refunded"


async def test_an_advance_without_its_payment(books: Books) -> None:
    refund = books.one("SELECT id FROM refunds WHERE advance = 'NONE' AND refunded_at IS NULL")
    books.spoil("UPDATE refunds SET advance = 'APPLYING' WHERE id = :refund", refund=refund)
    [finding] = (await books.broken())["advances"]
    assert finding.key == refund
    assert finding.expected == "an advance under way, as the state is APPLYING"


async def test_a_fee_that_is_paid_by_no_payment(books: Books) -> None:
    pickup = books.one(
        "SELECT id FROM pickups WHERE fee_final_at NOT NULL AND fee_status = 'UNPAID'"
    )
    books.spoil("UPDATE pickups SET fee_status = 'PAID' WHERE id = :pickup", pickup=pickup)
    broken = await books.broken()
    [finding] = broken["pickup fees"]
    assert finding.ids["pickup"] == pickup
    assert finding.expected == "a payment to fit a fee that is PAID"
    assert "debts in the ledger" in broken


async def test_a_debt_that_is_repaid_by_nobody(books: Books) -> None:
    refund = books.one("SELECT id FROM refunds WHERE advance = 'CLAWED_BACK'")
    books.spoil("UPDATE refunds SET repaying = 1 WHERE id = :refund", refund=refund)
    [finding] = (await books.broken())["repayments"]
    assert (finding.expected, finding.found) == (
        "a repayment under way, as the refund says",
        "none",
    )


async def test_a_refund_that_is_due_and_not_paid(books: Books) -> None:
    return_id = books.one(
        "SELECT return_id FROM payments WHERE kind = 'MERCHANT_REFUND' AND status = 'SUCCEEDED'"
    )
    books.spoil(
        "UPDATE refunds SET refunded_at = NULL WHERE return_id = :return_id", return_id=return_id
    )
    [finding] = (await books.broken())["refunds due"]
    assert finding.ids == {"return_id": return_id}
    assert finding.expected.endswith("under way, or a moment of a retry")
