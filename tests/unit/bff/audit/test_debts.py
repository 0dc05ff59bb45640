from tests.support.lived_books import Books

CLAWED_BACK = "SELECT return_id FROM refunds WHERE advance = 'CLAWED_BACK' AND repaid_at IS NULL"


async def test_a_debt_that_is_forgotten(books: Books) -> None:
    return_id = books.one(CLAWED_BACK)
    books.spoil(
        "UPDATE refunds SET repaid_at = '2026-04-10T02:00:00.000000+00:00'"
        " WHERE return_id = :return_id",
        return_id=return_id,
    )
    broken = await books.broken()
    [finding] = broken["debts in the ledger"]
    assert finding.ids["return_id"] == return_id
    assert finding.ids["account"].startswith("debt:sho_")
    assert finding.expected == "CN¥0.00 owed, as the refund and its pickups say"
    assert finding.found == "CN¥199.00 in the ledger"
    [finding] = broken["refunded and owed"]
    assert finding.expected == "CN¥0.00 at the shopper in the end"
    assert finding.found == "CN¥199.00 there, and CN¥0.00 to come"


async def test_a_payment_made_twice_that_nobody_owes_back(books: Books) -> None:
    return_id = books.one("SELECT return_id FROM refunds WHERE surplus_minor > 0")
    books.spoil(
        "UPDATE refunds SET surplus_minor = 0 WHERE return_id = :return_id", return_id=return_id
    )
    broken = await books.broken()
    [finding] = broken["paid twice"]
    assert finding.ids == {"return_id": return_id}
    assert "CN¥199.00 owed by the shopper and CN¥0.00 to the shopper" in finding.expected
    assert finding.found == "CN¥0.00 and CN¥0.00"
    assert {"debts in the ledger", "refunded and owed"} < set(broken)


async def test_a_deduction_that_is_lost(books: Books) -> None:
    return_id = books.one("SELECT return_id FROM refunds WHERE deducted_minor > 0")
    books.spoil(
        "UPDATE refunds SET deducted_minor = deducted_minor - 1 WHERE return_id = :return_id",
        return_id=return_id,
    )
    assert return_id in [one.key for one in (await books.broken())["debts in the ledger"]]
