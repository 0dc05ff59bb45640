import pytest

from bff.core.refusal import InvalidInput
from bff.domain.returns.rules.waybill import check_waybill
from tests.support.models import POLICY, changed


@pytest.mark.parametrize(
    ("company", "number"),
    [("cainiao", "CN0123456789"), ("sf", "SF123456789012"), ("yto", "YT0123456789012")],
)
def test_a_number_of_the_companys_form_is_right(company: str, number: str) -> None:
    check_waybill(POLICY, company, number)


@pytest.mark.parametrize(
    "number", ["", "SF12345678901", "SF12345678901234", " SF123456789012", "SF123456789012\n"]
)
def test_the_whole_number_has_the_form(number: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_waybill(POLICY, "sf", number)
    assert refusal.value.field == "waybillNumber"
    assert dict(refusal.value.facts) == {"form": "SF[0-9]{12,13}"}


def test_an_unknown_company_is_refused_with_those_that_are_known() -> None:
    few = changed(POLICY, "pickup", couriers=POLICY.pickup.couriers[:2])
    for company in ("yto", "SF", ""):
        with pytest.raises(InvalidInput) as refusal:
            check_waybill(few, company, "SF123456789012")
        assert refusal.value.field == "courierCompany"
        assert dict(refusal.value.facts) == {"known": "cainiao, sf"}
