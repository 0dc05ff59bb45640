"""What a waybill may be: whatever courier brings the parcel back is right (P7)."""

from bff.core.refusal import InvalidInput
from bff.core.text import has_controls
from bff.domain.pickups.companies import (
    MAX_CODE_LENGTH,
    company_code,
    courier_company,
    normal_number,
)
from bff.domain.policy.model import Policy
from bff.domain.returns.model import Waybill
from bff.locale.messages import N_


def waybill_of(policy: Policy, company: str, number: str) -> Waybill:
    """As people write it (P10), with hyphens between its groups too.

    Raises InvalidInput for what no company prints.
    """
    waybill = Waybill(company_code(company), normal_number(number))
    named = 1 <= len(waybill.company) <= MAX_CODE_LENGTH
    if not named or has_controls(company, allowed="\t\r\n"):
        raise InvalidInput("courierCompany", N_("the courier company's name"))
    carrier = courier_company(waybill.company, policy)
    for printed in (waybill.number, waybill.number.replace("-", "")):
        if carrier.prints(printed):
            return Waybill(waybill.company, printed)
    raise InvalidInput("waybillNumber", *carrier.example)
