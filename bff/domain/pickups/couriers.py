"""Who comes to the door (快递员)."""

from msgspec import Struct

SHORT_NUMBER_DIGITS = 8


class Courier(Struct, frozen=True, gc=False):
    """Who comes, as far as the company has said; `pickup_code` (取件码) is shown at the door."""

    name: str | None = None
    phone: str | None = None
    pickup_code: str | None = None


def masked_phone(phone: str) -> str:
    """+86 138 0000 0000 as 138****0000; of a short number the last two digits alone."""
    digits = "".join(filter(str.isdigit, phone))
    if phone.startswith("+86"):
        digits = digits[2:]
    if len(digits) <= SHORT_NUMBER_DIGITS:
        return f"****{digits[-2:]}"
    return f"{digits[:3]}****{digits[-4:]}"
