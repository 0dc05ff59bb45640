from tests.support.lived_books import Books

RATED = "SELECT shopper_id FROM star_changes WHERE seq > 0 LIMIT 1"


async def test_a_star_change_that_is_missing(books: Books) -> None:
    shopper = books.one(RATED)
    books.spoil("DELETE FROM star_changes WHERE shopper_id = :shopper AND seq = 0", shopper=shopper)
    findings = (await books.broken())["star history"]
    assert findings[0].ids == {"shopper_id": shopper, "seq": "1"}
    assert findings[0].expected == "change 0, from level none"


async def test_a_level_that_does_not_follow_from_the_one_before(books: Books) -> None:
    shopper = books.one(RATED)
    level = books.one("SELECT previous FROM star_changes WHERE seq = 1")
    books.spoil(
        "UPDATE star_changes SET previous = :other WHERE shopper_id = :shopper AND seq = 1",
        shopper=shopper,
        other=level % 5 + 1,
    )
    [finding] = (await books.broken())["star history"]
    assert finding.found == f"change 1, from level {level % 5 + 1}"


async def test_another_level_than_was_pushed(books: Books) -> None:
    topic = books.one("SELECT topic FROM events WHERE topic LIKE 'stars:%'")
    books.spoil(
        "UPDATE events SET facts = json_set(facts, '$.level', json_extract(facts, '$.level') % 5"
        " + 1) WHERE topic = :topic AND id = (SELECT max(id) FROM events WHERE topic = :topic)",
        topic=topic,
    )
    broken = await books.broken()
    [finding] = broken["pushed levels"]
    assert (finding.key, list(broken)) == (topic.removeprefix("stars:"), ["pushed levels"])
    assert finding.found.endswith("in the newest event")


async def test_a_penalty_without_a_ground(books: Books) -> None:
    return_id = books.one("SELECT id FROM returns WHERE status = 'SUCCEEDED'")
    books.spoil(
        "INSERT INTO behaviours (shopper_id, return_id, kind, at, seq)"
        " SELECT shopper_id, id, 'EMPTY_PARCEL', opened_at, 0 FROM returns WHERE id = :return_id",
        return_id=return_id,
    )
    broken = await books.broken()
    [finding] = broken["behaviours"]
    assert (finding.key, list(broken)) == (return_id, ["behaviours"])
    assert finding.expected == "a return of this shopper for which EMPTY_PARCEL holds"
    assert finding.found == "SUCCEEDED"
