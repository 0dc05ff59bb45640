from bff.audit.law import Finding
from tests.support.lived_books import Books

SETTLED = "SELECT id FROM refunds WHERE advance = 'SETTLED' AND deducted_minor = 0"


async def test_a_posting_that_does_not_sum_to_zero(books: Books) -> None:
    refund = books.one(SETTLED)
    books.spoil(
        "UPDATE ledger_entries SET amount_minor = amount_minor + 5"
        " WHERE subject_id = :refund AND posting = 'SETTLEMENT' AND amount_minor < 0",
        refund=refund,
    )
    broken = await books.broken()
    assert broken == {
        "postings": [
            Finding(
                law="postings",
                key=refund,
                ids={"subject": refund, "posting": "SETTLEMENT"},
                expected="a sum of CN¥0.00",
                found="CN¥0.05",
            )
        ],
        "currencies": [
            Finding(
                law="currencies",
                key="CNY",
                ids={"currency": "CNY"},
                expected="a sum of CN¥0.00",
                found="CN¥0.05",
            )
        ],
    }


async def test_a_posting_of_nothing_that_is_there(books: Books) -> None:
    books.spoil(
        "INSERT INTO ledger_entries (subject_id, posting, account, amount_minor, currency, at)"
        " SELECT 'ref_none', posting, account, amount_minor, currency, at"
        " FROM ledger_entries WHERE posting = 'SETTLEMENT' LIMIT 2"
    )
    [finding] = (await books.broken())["ledger subjects"]
    assert finding.ids == {"subject": "ref_none", "posting": "SETTLEMENT"}
    assert finding.expected == "a refund, a pickup or a payment with this id"


async def test_an_advance_that_is_settled_and_still_out(books: Books) -> None:
    refund = books.one(SETTLED)
    books.spoil(
        "DELETE FROM ledger_entries WHERE subject_id = :refund AND posting = 'SETTLEMENT'",
        refund=refund,
    )
    broken = await books.broken()
    [finding] = broken["advances in the ledger"]
    assert (finding.key, list(broken)) == (refund, ["advances in the ledger"])
    assert finding.expected == "CN¥0.00 of platform:advances for an advance that is SETTLED"
    assert finding.found == "CN¥199.00"
