"""The courier companies that are known, and what their waybill numbers look like (P7)."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bff.core.text import normal_code
from bff.domain.policy.fields import Text
from bff.domain.policy.model import Policy
from bff.locale.messages import N_

TABLE = Path(__file__).with_name("companies.toml")
MAX_CODE_LENGTH = 32
MIN_LENGTH, MAX_LENGTH = 5, 40
ANY_NUMBER = f"[A-Z0-9-]{{{MIN_LENGTH},{MAX_LENGTH}}}"


class WaybillForm(BaseModel):
    """From `digits[0]` to `digits[1]` digits between a prefix and a suffix; `@` is any letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digits: tuple[int, int]
    prefix: str = ""
    suffix: str = ""

    @property
    def pattern(self) -> str:
        before, after = (part.replace("@", "[A-Z]") for part in (self.prefix, self.suffix))
        least, most = self.digits
        return f"{before}[0-9]{{{least},{most}}}{after}"


class CourierCompany(BaseModel):
    """`forms`: of its waybill numbers; without any, each number may be one of its own.

    `own_pattern`: that of a policy, of a company that is not in the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(max_length=MAX_CODE_LENGTH)]
    name: Text
    aliases: tuple[str, ...] = ()
    forms: tuple[WaybillForm, ...] = ()
    own_pattern: str | None = None

    def prints(self, number: str) -> bool:
        """`number` is normal."""
        patterns = [form.pattern for form in self.forms] or [self.own_pattern or ANY_NUMBER]
        return any(re.fullmatch(pattern, number, re.IGNORECASE) for pattern in patterns)

    @property
    def example(self) -> tuple[str, Mapping[str, str | int]]:
        """A message that says what its numbers look like, with its facts."""
        if self.own_pattern:
            return N_("the number on the courier company's waybill"), {}
        if not self.forms:
            bounds = {"least": MIN_LENGTH, "most": MAX_LENGTH}
            return N_("{least} to {most} letters and digits"), bounds
        form = self.forms[0]
        facts: dict[str, str | int] = {"digits": form.digits[0]}
        if not form.prefix:
            return N_("{digits} digits"), facts
        return N_("{prefix} and {digits} digits"), facts | {"prefix": form.prefix}


def _read() -> tuple[CourierCompany, ...]:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return TypeAdapter(tuple[CourierCompany, ...]).validate_python(table["company"])


def _key(name: str) -> str:
    """Spaces, hyphens, dots and the like are what the spellings of one name differ in."""
    return "".join(filter(str.isalnum, normal_code(name))).lower()


COMPANIES = _read()
BY_CODE = {company.code: company for company in COMPANIES}
CODES = {
    _key(name): company.code
    for company in COMPANIES
    for name in (company.code, company.name.zh, company.name.en, *company.aliases)
}


def company_code(name: str) -> str:
    """Of a code or name as people write it; one that is not in the table is its own code."""
    key = _key(name)
    return CODES.get(key, key)


def courier_company(name: str, policy: Policy) -> CourierCompany:
    """From the table, or else as the policy calls it, or else as it is called here."""
    code = company_code(name)
    if known := BY_CODE.get(code):
        return known
    for called in policy.pickup.couriers:
        if company_code(called.code) == code:
            return CourierCompany(code=code, name=called.name, own_pattern=called.waybill_pattern)
    return CourierCompany(code=code, name=Text(zh=code, en=code))


def normal_number(text: str) -> str:
    """A waybill number as it is printed, however it was typed (P10)."""
    return normal_code(text).upper()
