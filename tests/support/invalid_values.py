"""Values of the wrong type, and invalid ones of the right type."""

import base64
from collections.abc import Mapping
from typing import Any

ADDRESS = {
    "recipient": "李四",
    "phone": "13800000000",
    "region": "浙江省杭州市西湖区",
    "street": "文三路1号",
}
WRONG_TYPES: Mapping[str, list[Any]] = {
    "ID": [True, 1.5, [], ["x", "y"], {}, {"id": "x"}],
    "Int": ["1", "x", 1.5, True, [1, 2], {}, 2**31, -(2**31) - 1, 2**63, 10**30, 1e300],
    "String": [1, True, 1.5, ["x", "y"], {}],
    "Date": ["2026-13-01", "2026-02-30", "x", "", "11/03/2026", 20260311, "2026-03-11T00:00:00Z"],
    "object": ["x", 1, True, {"nope": 1}, [{}, {}]],
    "list": [None, [None], [[]], {}, [{}], [True], [["x"]]],
    "parts": ["x", 1, True, {}, [None], [[]], [{}], [{"orderLineId": None}], [{"nope": 1}]],
}


def wide(text: str) -> str:
    """The same in full-width characters, which Python takes for digits too."""
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


STRANGE_IDS = [
    "",
    " ",
    "x",
    "_",
    "ord_",
    "oli_",
    "oli_-",
    "oli_T-",
    "oli_T--1",
    "oli_T-999999999999999999999",
    f"oli_T-{wide('1')}",
    "ret_\x00",
    "sho_%",
    "' OR '1'='1",
    "ret_" + "f" * 50_000,
    "退货",
    "🔑" * 300,
    "ORD_T000001",
    "adr_x\n",
]
INVALID_SLOTS = [
    "20260310T09",
    "20260309T15",
    "00010101T09",
    "20260310T10",
    "20260310T25",
    "20260230T09",
    "00000000T00",
    "99991231T17",
    "20260314T09",
    "20260310t15",
    "20260310T15 ",
    "20260310T15\x00",
    f"{wide('2026')}0310T15",
    "asap",
    "asap-",
    "asap-x",
    "asap-20260309T10",
    "asap-20260311T10",
    "asap-99999999T99",
    "' OR 1=1 --",
    "T" * 10_000,
    "",
]
INVALID_KEYS = [
    "",
    " ",
    "k" * 129,
    "k" * 90_000,
    "k" * 120_000,
    "a\x00b",
    "a\nb",
    "\x1b[2J",
    "\u2028",
]
INVALID_QUANTITIES = [0, -1, -(2**31), 2**31 - 1]
INVALID_PARTS = ["", "x", "oli_", "oli_-1", "ret_\x00", "' OR 1=1 --", "x" * 90_000]
INVALID_TEXTS = ["", "  ", "x" * 201, "a\x00b", "a\nb", "\u202e", "x" * 90_000]
INVALID_COMPANIES = ["", " ", "--", "🚚", "\x00", "sf\x00", "x" * 90_000]
INVALID_WAYBILLS = [
    "",
    "x",
    "SF12345678901",
    f"SF{wide('12345678901')}",
    "CN0123456789",
    "SF12345678901\x00",
    "S" * 90_000,
]
INVALID_PAGES = [0, -1, 101, 2**31 - 1, -(2**31)]


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


INVALID_CURSORS = [
    "",
    "x",
    "=",
    "====",
    "é",
    "\x00",
    "-1",
    "x" * 90_000,
    cursor("|"),
    cursor("2026-03-10|ord_x"),
    cursor("2026-03-10T00:00:00|ord_x"),
    cursor("2026-03-10T00:00:00+00:00|"),
    cursor("2026-99-10T00:00:00+00:00|ord_x"),
    cursor("0001-01-01T00:00:00+14:00|ord_x"),
    cursor("9999-12-31T23:59:59-14:00|ord_x"),
    base64.urlsafe_b64encode(b"\xff\xfe|x").decode(),
]
INVALID_EVENT_CURSORS = [
    "",
    "x",
    "0",
    "-1",
    "1.5",
    "999999",
    "9" * 18,
    "9" * 19,
    wide("9"),
    "1 ",
    "\x00",
    "9" * 90_000,
]
