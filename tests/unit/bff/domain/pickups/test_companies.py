import pytest

from bff.domain.pickups.companies import (
    COMPANIES,
    company_code,
    courier_company,
    normal_number,
)
from bff.domain.policy.fields import Text
from bff.domain.policy.pickup_terms import PickupCompany
from tests.support.models import POLICY, changed

OWN = PickupCompany(
    code="Own_Van", name=Text(zh="自送", en="Our own van"), waybill_pattern="own[0-9]{3}"
)
OWN_POLICY = changed(POLICY, "pickup", couriers=(OWN, *POLICY.pickup.couriers))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[(name, "sto") for name in ("sto", "STO", " sto ", "申通快递", "申通", "shentong")],
        *[(name, "sf") for name in ("SF", "SF Express", "sf-express", "顺丰速运", "shun feng")],
        *[(name, "jtexpress") for name in ("J&T Express", "jt", "极兔", "JTSD")],
        ("\uff33\uff34\uff2f", "sto"),
        ("中国邮政", "chinapost"),
        ("YUNDA", "yunda"),
    ],
)
def test_a_company_has_one_code_however_it_is_written(written: str, code: str) -> None:
    assert company_code(written) == code


def test_a_company_that_was_never_seen_is_its_own_code() -> None:
    assert company_code(" Pigeon Post ") == "pigeonpost"
    unknown = courier_company("Pigeon Post", POLICY)
    assert (unknown.code, unknown.name) == ("pigeonpost", Text(zh="pigeonpost", en="pigeonpost"))


def test_no_two_companies_share_a_name() -> None:
    names = [
        {company_code(name) for name in (company.code, company.name.zh, *company.aliases)}
        for company in COMPANIES
    ]
    assert names == [{company.code} for company in COMPANIES]


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("sf", ["SF123456789012", "SF1234567890123", "123456789012", "123456789012345"]),
        ("yto", ["YT0123456789012", "812345678901234567", "YT012345678901234567", "8123456789"]),
        ("zto", ["75812345678901", "ZTO12345"]),
        ("sto", ["77312345678901", "ST-12345"]),
        ("yunda", ["1234567890123", "431234567890123"]),
        ("ems", ["1234567890123", "EE123456789CN"]),
        ("chinapost", ["9889510569807", "RA123456789CN"]),
        ("jtexpress", ["JT0006968326954", "JT123456789012"]),
        ("jd", ["JDVB01234567890-1-1-", "JD0123456789012", "VA12345678901"]),
        ("deppon", ["DPK364112047425", "12345678"]),
        ("cainiao", ["CN5072259473"]),
        ("pigeonpost", ["12345", "A" * 40]),
        ("ownvan", ["OWN123"]),
    ],
)
def test_a_company_prints_its_numbers(code: str, numbers: list[str]) -> None:
    company = courier_company(code, OWN_POLICY)
    assert [number for number in numbers if not company.prints(number)] == []


ANY = ("{least} to {most} letters and digits", {"least": 5, "most": 40})


@pytest.mark.parametrize(
    ("code", "number", "example"),
    [
        ("sf", "SF12345678901", ("{prefix} and {digits} digits", {"prefix": "SF", "digits": 12})),
        ("yunda", "YD1", ("{digits} digits", {"digits": 13})),
        ("sto", "1234", ANY),
        ("zto", "1" * 41, ANY),
        ("pigeonpost", "#12345", ANY),
        ("ownvan", "OWN1234", ("the number on the courier company's waybill", {})),
    ],
)
def test_a_number_that_is_none_of_its_own(
    code: str, number: str, example: tuple[str, dict[str, str | int]]
) -> None:
    company = courier_company(code, OWN_POLICY)
    assert not company.prints(number)
    assert company.example == example


def test_the_policys_name_and_form_count_where_the_table_has_none() -> None:
    assert courier_company("own-van", OWN_POLICY).name == OWN.name
    renamed = changed(POLICY, "pickup", couriers=(OWN.model_copy(update={"code": "sf"}),))
    assert courier_company("sf", renamed) == courier_company("sf", POLICY)


@pytest.mark.parametrize(
    "typed",
    [
        "CN5072259473",
        " CN5072259473 ",
        "CN5072259473\u00a0",
        "CN 5072 2594 73",
        "cn5072259473",
        "\uff23\uff2e\uff15\uff10\uff17\uff12\uff12\uff15\uff19\uff14\uff17\uff13",
        "CN5072259473\u200b",
        "\ufeffCN5072259473\r\n",
        "CN\u30005072\t2594\u206073",
    ],
)
def test_a_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normal_number(typed) == "CN5072259473"
