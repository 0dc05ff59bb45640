"""Nothing personal is left in a text for a log, and what is not personal stays as it is."""

import pytest

from bff.core.masks import MASKED, Masker

masker = Masker("a secret of the tests, long enough to be one")
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9fMSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call 13812345678 now", "call [phone] now"),
        ("手机+86 138-1234-5678，急", "手机[phone]，急"),
        ("手机１３８１２３４５６７８", "手机[phone]"),
        ("010-62770334 or +44 7911 123456", "[phone] or [phone]"),
        ("card 4111 1111 1111 1111 declined", "card [card] declined"),
        ("6222021234567894 was charged", "[card] was charged"),
        ("identity 11010519491231002X of", "identity [identity card] of"),
        ("write to mei.li+a@mail.example.cn", "write to [mail]"),
        ("at 浙江省杭州市余杭区文一西路969号3幢", "at [address]"),
        (f"token {JWT}, then", "token [token], then"),
        ("Authorization: Bearer abc.def", f"Authorization: {MASKED} [token]"),
        (
            f"https://shop.example/photos/uploads/{JWT}",
            "https://shop.example/photos/uploads/[token]",
        ),
        ("postgresql://bff:pass@db:5432/bff", "postgresql://[password]@db:5432/bff"),
        ("whsec_c2VjcmV0c2VjcmV0c2VjcmV0", "[secret]"),
        ("sent v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN", "sent [signature]"),
        ("{'recipient': '张三', 'id': 'adr_1'}", f"{{'recipient': {MASKED}, 'id': 'adr_1'}}"),
        ("Address(recipient='Li\\'s', kind=1)", f"Address(recipient={MASKED}, kind=1)"),
        ('"{\\"street\\": \\"a b, c\\", \\"n\\": 1}"', f'"{{\\"street\\": {MASKED}, \\"n\\": 1}}"'),
        ("phone=555 and nickname: Mei", f"phone={MASKED} and nickname: {MASKED}"),
        (
            "should be str [type=string_type, input_value={'a': '张三'}, input_type=dict]",
            f"should be str [type=string_type, input_value={MASKED}, input_type=dict]",
        ),
        ("[parameters: ('张三', 1)]\n(at", f"[parameters: {MASKED}]\n(at"),
        ("Key (name)=(张三) already exists.", f"Key (name)=({MASKED}) already exists."),
        ("Failing row contains (1, 张三).", f"Failing row contains ({MASKED})."),
    ],
)
def test_what_is_personal_is_masked(text: str, masked: str) -> None:
    assert masker.text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "no such table: returns",
        "at 2026-03-10T02:00:00.000000+00:00, for 86400000 ms",
        "ret_019ab34567890abc of ord_536527, pay_0138123456789012345678",
        "SF1381234567890 travels as YT1234567890123",
        "amount_minor 1380013800 of 78312345678901",
        '  File "/app/bff/jobs/worker.py", line 138, in _fire',
        "10.0.0.1:54321 answered 503",
        "the merchant did not answer 用户 in time",
        "token_hours is 168",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert masker.text(text) == text


def test_a_shopper_has_one_pseudonym_that_takes_the_secret() -> None:
    pseudonym = masker.pseudonym("sho_13085")
    assert masker.text("debt:sho_13085 is owed") == f"debt:{pseudonym} is owed"
    assert "13085" not in pseudonym
    assert pseudonym != masker.pseudonym("sho_13086")
    assert pseudonym != Masker("another secret, which is as long as that").pseudonym("sho_13085")


def test_values_of_every_form_are_masked() -> None:
    class Phone:
        def __str__(self) -> str:
            return "13812345678"

    facts = [{"recipient": "张三"}, ("13812345678", 7, None)]
    event = {"phone": "555", "facts": facts, "o": Phone()}
    assert masker.value(event) == {
        "phone": MASKED,
        "facts": [{"recipient": MASKED}, ["[phone]", 7, None]],
        "o": "[phone]",
    }
