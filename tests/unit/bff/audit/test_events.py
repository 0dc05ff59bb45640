from tests.support.lived_books import Books


async def test_time_that_goes_back_along_the_cursors(books: Books) -> None:
    topic = books.one("SELECT topic FROM events WHERE topic LIKE 'ret_%' AND id > 1")
    books.spoil(
        "UPDATE events SET at = '2026-01-01T00:00:00.000000+00:00' WHERE topic = :topic"
        " AND id = (SELECT max(id) FROM events WHERE topic = :topic)",
        topic=topic,
    )
    broken = await books.broken()
    [finding] = broken["event order"]
    assert (finding.ids["topic"], list(broken)) == (topic, ["event order"])
    assert finding.found == "one of 2026-01-01 08:00:00"


async def test_clocks_that_are_not_quite_the_same(books: Books) -> None:
    topic = books.one("SELECT topic FROM events WHERE topic LIKE 'ret_%'")
    books.spoil(
        "UPDATE events SET at = strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', (SELECT at FROM events"
        " WHERE topic = :topic AND id = 1), '-9 seconds') WHERE topic = :topic AND id = 2",
        topic=topic,
    )
    assert await books.findings() == []


async def test_a_return_that_has_changed_without_an_event(books: Books) -> None:
    return_id = books.one("SELECT id FROM returns WHERE close_reason = 'REFUSAL_STANDS'")
    books.spoil(
        "UPDATE events SET facts = json_set(facts, '$.return_status', 'MERCHANT_REFUSED')"
        " WHERE topic = :topic AND id = (SELECT max(id) FROM events WHERE topic = :topic)",
        topic=return_id,
    )
    broken = await books.broken()
    [finding] = broken["newest events"]
    assert (finding.ids["return_id"], list(broken)) == (return_id, ["newest events"])
    assert finding.expected.startswith("CLOSED, advance CLAWED_BACK")
    assert finding.found.startswith("MERCHANT_REFUSED, advance CLAWED_BACK")
