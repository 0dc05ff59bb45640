import pytest

from bff.core.refusal import InvalidInput
from bff.domain.returns.model import Waybill
from bff.domain.returns.rules.waybill import waybill_of
from tests.support.models import POLICY


@pytest.mark.parametrize(
    ("company", "number", "waybill"),
    [
        ("cainiao", " cn 5072259473\u200b", Waybill("cainiao", "CN5072259473")),
        ("顺丰", "sf123456789012", Waybill("sf", "SF123456789012")),
        ("YTO", "812345678901234567", Waybill("yto", "812345678901234567")),
        ("cainiao", "cn-5072-2594-73", Waybill("cainiao", "CN5072259473")),
        (" STO ", "773-123 4567", Waybill("sto", "773-1234567")),
        ("Pigeon Post", "coo-42", Waybill("pigeonpost", "COO-42")),
    ],
)
def test_a_waybill_is_normalised(company: str, number: str, waybill: Waybill) -> None:
    assert waybill_of(POLICY, company, number) == waybill
    assert waybill_of(POLICY, waybill.company, waybill.number) == waybill


@pytest.mark.parametrize("number", ["", "SF12345678901", "SF12345678901234", "SF12345678901x"])
def test_a_number_that_the_company_never_prints_is_refused_with_an_example(number: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        waybill_of(POLICY, "sf", number)
    assert refusal.value.field == "waybillNumber"
    assert refusal.value.expected == "{prefix} and {digits} digits"
    assert dict(refusal.value.facts) == {"prefix": "SF", "digits": 12}


@pytest.mark.parametrize("company", ["", " \u200b ", "--", "🚚", "x" * 33, "sf\x00"])
def test_a_company_needs_a_name(company: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        waybill_of(POLICY, company, "SF123456789012")
    assert refusal.value.field == "courierCompany"
