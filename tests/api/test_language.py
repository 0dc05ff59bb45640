"""Messages in the language that the client reads, over HTTP."""

import pytest

from tests.support.minimal_mutations import CANCEL
from tests.support.raw_client import json_body, send
from tests.support.shared_world import SharedWorld, shared_loop

ZH = "未找到该退货申请，请核对后重试。"
EN = "We could not find the return. Please check it."


@shared_loop
@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        ("zh", ZH),
        ("zh-CN", ZH),
        ("zh-Hant-TW, en;q=0.5", ZH),
        ("en", EN),
        ("en-GB", EN),
        ("EN-us", EN),
        ("en_US", EN),
        ("en_US,en;q=0.9", EN),
        ("zh_CN", ZH),
        ("en;q=0.4, zh;q=0.6", ZH),
        ("en;q=0.6, zh;q=0.4", EN),
        ("en; q=0.9 , zh ; q=0.1", EN),
        ("zh;Q=0.1, en;Q=0.2", EN),
        ("zh;q=0, en;q=0.1", EN),
        ("en;q=0", ZH),
        ("fr, de;q=0.9", ZH),
        ("fr, en;q=0.1", EN),
        ("*", ZH),
        ("", ZH),
        (";;q=,,", ZH),
        ("en;q=x", ZH),
        ("en," * 5_000, EN),
    ],
)
async def test_messages_are_in_the_accepted_language(
    shared: SharedWorld, accepted: str, message: str
) -> None:
    body = json_body(CANCEL, {"key": "k", "return": "ret_x"})
    answer = await send(shared, body, **{"Accept-Language": accepted})
    assert answer.json()["data"]["returnCancel"]["message"] == message
