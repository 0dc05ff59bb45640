from tests.support.lived_books import Books

OPEN = "SELECT {} FROM returns WHERE status = 'AWAITING_RETURN_SHIPMENT' AND pickup_id NOT NULL"


async def test_a_line_that_holds_more_than_its_returns(books: Books) -> None:
    line = books.one(OPEN.format("order_line_id"))
    order = f"ord_{line[4:].rpartition('-')[0]}"
    books.spoil(
        "UPDATE order_lines SET held_minor = held_minor + 1 WHERE order_id = :order", order=order
    )
    broken = await books.broken()
    [finding] = broken["held of lines"]
    assert (finding.ids, list(broken)) == ({"line_id": line}, ["held of lines"])
    held = "1 pieces for CN¥199.00 held, as its returns and credit notes say"
    assert (finding.expected, finding.found) == (held, "1 pieces for CN¥199.01")


async def test_a_credit_note_that_no_line_holds(books: Books) -> None:
    line = books.one(OPEN.format("order_line_id"))
    books.spoil(
        "INSERT INTO credit_notes SELECT 'C1', 'sku-1', 1, shopper_id, order_line_id, 1, 100,"
        " 'CNY', opened_at FROM returns WHERE order_line_id = :line",
        line=line,
    )
    [finding] = (await books.broken())["held of lines"]
    assert finding.expected.startswith("2 pieces for CN¥200.00 held")


async def test_a_line_that_is_refunded_in_part_where_all_came_back(books: Books) -> None:
    return_id = books.one(OPEN.format("id"))
    books.spoil(
        "UPDATE refunds SET amount_minor = amount_minor - 1 WHERE return_id = :return_id",
        return_id=return_id,
    )
    [finding] = (await books.broken())["refunds of lines"]
    assert finding.expected == "at most 1 pieces for CN¥199.00, all for all"
    assert finding.found == "1 pieces for CN¥198.99"


async def test_an_order_that_does_not_know_what_is_advanced(books: Books) -> None:
    order = books.one("SELECT id FROM orders WHERE advanced_minor > 0")
    books.spoil("UPDATE orders SET advanced_minor = 0 WHERE id = :order", order=order)
    broken = await books.broken()
    [finding] = broken["advanced of orders"]
    assert (finding.ids, list(broken)) == ({"order_id": order}, ["advanced of orders"])
    assert (finding.expected, finding.found) == ("CN¥199.00, as its refunds say", "CN¥0.00")


async def test_a_return_of_what_the_shopper_has_not_bought(books: Books) -> None:
    return_id = books.one(OPEN.format("id"))
    books.spoil(
        "UPDATE returns SET shopper_id = (SELECT id FROM shoppers WHERE id <> shopper_id LIMIT 1)"
        " WHERE id = :return_id",
        return_id=return_id,
    )
    [finding] = (await books.broken())["returns of lines"]
    assert finding.ids == {"return_id": return_id}
    assert finding.expected.endswith("of the same people and currency")


async def test_a_return_without_a_refund(books: Books) -> None:
    return_id = books.one(OPEN.format("id"))
    books.spoil("DELETE FROM refunds WHERE return_id = :return_id", return_id=return_id)
    [finding] = (await books.broken())["returns of lines"]
    assert (finding.expected, finding.found) == ("a refund", "none")


async def test_a_place_that_no_pickup_takes(books: Books) -> None:
    area, slot = books.one("SELECT area FROM slots"), books.one("SELECT key FROM slots")
    books.spoil(
        "UPDATE slots SET capacity = capacity + 1, remaining = remaining WHERE area = :area"
        " AND key = :slot",
        area=area,
        slot=slot,
    )
    broken = await books.broken()
    [finding] = broken["places in slots"]
    assert (finding.ids, list(broken)) == ({"area": area, "slot": slot}, ["places in slots"])


async def test_a_pickup_that_takes_no_place(books: Books) -> None:
    books.spoil("DELETE FROM slots")
    findings = (await books.broken())["places in slots"]
    assert {one.found for one in findings} == {"0 places taken"}
