from tests.support.lived_books import Books


async def test_after_a_long_life_the_books_are_right(books: Books) -> None:
    assert await books.findings() == []
