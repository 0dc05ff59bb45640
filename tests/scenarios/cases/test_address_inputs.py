"""Phone numbers as contact cards hand them over: the marks that nobody sees are no part of them."""

import pytest

from tests.support.return_documents import BOOK, ELSEWHERE
from tests.support.return_steps import approved_return, ask
from tests.support.world import World

PHONES = "{ viewer { addresses { phone } } }"


@pytest.mark.parametrize(
    "phone",
    [
        pytest.param("\u202a+86 138-0000-0000\u202c", id="phone from contacts"),
        pytest.param("\u200e13800000000", id="phone with a mark"),
    ],
)
async def test_a_phone_number_is_taken_without_its_marks(server: World, phone: str) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        answer = await ask(app, BOOK, id=return_id, address=ELSEWHERE | {"phone": phone})
        kept = (await app.ask(PHONES))["viewer"]["addresses"]
    assert answer["__typename"] == "PickupBookSuccess"
    assert [one["phone"] for one in kept] == ["13800000000", "13800000000"]
