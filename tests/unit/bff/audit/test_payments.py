from tests.support.lived_books import Books

ADVANCE = "SELECT id FROM payments WHERE kind = 'ADVANCE' AND status = 'SUCCEEDED' LIMIT 1"


async def test_two_payments_for_one_refund(books: Books) -> None:
    first = books.one(ADVANCE)
    books.spoil("DROP INDEX uq_payments_live", "DROP INDEX uq_payments_refunding")
    books.spoil(
        "INSERT INTO payments (id, kind, return_id, subject_id, payer, payee, amount_minor,"
        " currency, status, requested_at, ended_at) SELECT 'pay_second', kind, return_id,"
        " subject_id, payer, payee, amount_minor, currency, status, requested_at, ended_at"
        " FROM payments WHERE id = :first",
        first=first,
    )
    broken = await books.broken()
    [finding] = broken["one payment a purpose"]
    assert list(broken) == ["one payment a purpose"]
    assert finding.expected == "one payment for the purpose REFUND"
    assert finding.found == f"2 that have not failed: {first}, pay_second"


async def test_a_payment_that_the_ledger_does_not_know(books: Books) -> None:
    payment = books.one(ADVANCE)
    books.spoil(
        "DELETE FROM ledger_entries WHERE posting = 'ADVANCE'"
        " AND subject_id = (SELECT subject_id FROM payments WHERE id = :payment)",
        payment=payment,
    )
    broken = await books.broken()
    [finding] = broken["payments in the ledger"]
    assert finding.key == payment
    assert finding.expected.startswith("CN¥199.00 from platform:advances to shopper:")
    assert finding.found == "CN¥0.00 given, CN¥0.00 taken"
    assert set(broken) == {"payments in the ledger", "advances in the ledger", "refunded and owed"}


async def test_a_payment_of_another_amount_than_its_refund(books: Books) -> None:
    payment = books.one(ADVANCE)
    books.spoil("UPDATE payments SET amount_minor = 19901 WHERE id = :payment", payment=payment)
    [finding] = (await books.broken())["payment amounts"]
    assert finding.ids["payment"] == payment
    assert (finding.expected, finding.found) == ("CN¥199.00", "CN¥199.01")


async def test_a_payment_of_a_return_that_is_not_there(books: Books) -> None:
    payment = books.one(ADVANCE)
    books.spoil("UPDATE payments SET return_id = 'ret_none' WHERE id = :payment", payment=payment)
    [finding] = (await books.broken())["payments of returns"]
    assert (finding.key, finding.expected) == (payment, "a return 'ret_none'")


async def test_a_payment_under_way_that_nobody_calls_for(books: Books) -> None:
    payment = books.one("SELECT id FROM payments WHERE status = 'REQUESTED'")
    books.spoil("DELETE FROM outbox WHERE subject_id = :payment", payment=payment)
    broken = await books.broken()
    [finding] = broken["payments under way"]
    assert (finding.key, list(broken)) == (payment, ["payments under way"])
    assert finding.expected.startswith("a call for CN¥199.00 to shopper:")
