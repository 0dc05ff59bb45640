"""What a courier company's waybill numbers look like."""

import re

from bff.core.refusal import InvalidInput
from bff.domain.policy.model import Policy
from bff.locale.messages import N_


def check_waybill(policy: Policy, company: str, number: str) -> None:
    """Raises InvalidInput for a company that is not the policy's, or a number it never prints."""
    courier = policy.courier(company)
    if courier is None:
        codes = ", ".join(courier.code for courier in policy.pickup.couriers)
        raise InvalidInput("courierCompany", N_("one of {known}"), {"known": codes})
    if not re.fullmatch(courier.waybill_pattern, number):
        form = {"form": courier.waybill_pattern}
        raise InvalidInput("waybillNumber", N_("a number of the form {form}"), form)
