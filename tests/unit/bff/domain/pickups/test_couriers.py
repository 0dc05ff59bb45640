import pytest

from bff.domain.pickups.couriers import masked_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800000000", "138****0000"),
        ("+86 138 0000 0000", "138****0000"),
        ("0571-88881234", "057****1234"),
        ("95546", "****46"),
        ("", "****"),
    ],
)
def test_a_phone_is_shown_masked(phone: str, masked: str) -> None:
    assert masked_phone(phone) == masked
