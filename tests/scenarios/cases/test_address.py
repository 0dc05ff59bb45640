"""An address that no courier finds is refused, field by field, in words."""

import pytest

from tests.support.database import nothing_changes
from tests.support.return_documents import BOOK, ELSEWHERE
from tests.support.return_steps import approved_return, ask
from tests.support.world import World


@pytest.mark.parametrize(
    ("wrong", "field", "english", "chinese"),
    [
        (
            {"recipient": "1"},
            "recipient",
            "Please check the recipient's name. "
            "Expected: a name of 1 to 80 characters in one line, not only digits or signs.",
            "请检查收件人姓名，应为：1到80个字的姓名，不能只有数字或符号，不换行。",
        ),
        (
            {"phone": "1"},
            "phone",
            "Please check the phone number. Expected: a phone number, such as 138 0013 8000.",
            "请检查电话号码，应为：电话号码，例如138 0013 8000。",
        ),
        (
            {"region": "x"},
            "region",
            "Please check the region. "
            "Expected: province, city and district, such as 浙江省杭州市西湖区.",
            "请检查所在地区，应为：省、市、区（县），例如浙江省杭州市西湖区。",
        ),
        (
            {"street": "y"},
            "street",
            "Please check the street. Expected: 2 to 200 characters in one line.",
            "请检查街道和门牌号，应为：2到200个字，不换行。",
        ),
    ],
)
async def test_an_address_that_cannot_be_is_refused_by_its_field(
    server: World, wrong: dict[str, str], field: str, english: str, chinese: str
) -> None:
    shopper, return_id = await approved_return(server)
    for language, message in (("en", english), ("zh", chinese)):
        async with server.client(shopper, language) as app, nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id, address=ELSEWHERE | wrong)
        assert refused["__typename"] == "InvalidInput"
        assert (refused["field"], refused["message"]) == (f"address.{field}", message)
