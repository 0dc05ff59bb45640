"""Which place of China a text names: `areas.csv` has the administrative divisions, GB/T 2260.

A place has one code, however it is spelt: 浙江省杭州市西湖区, 浙江 杭州 西湖. It is a county's,
or a city's or municipality's where no county is known.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bff.core.memo import memoised
from bff.core.text import normal_code

TABLE = Path(__file__).parent / "areas.csv"
KNOWN_REGIONS = 16_384
COUNTY_DIGITS = 6
SEPARATORS = re.compile(r"[,、/\\|>·._-]")
COUNTRY = re.compile("^(?:中华人民共和国|中国)")
NATIONS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|"
    "纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|保安|裕固|独龙|普米|各"
)
AUTONOMOUS = re.compile(rf"(?P<short>.{{2,}}?)(?:(?:{NATIONS})族?)*族?自治(?P<kind>[区州县旗])")
PLAIN = re.compile(r"(?P<short>.{2,}?)(?:特别行政区|地区|林区|新区|特区|[省市区县盟旗州])")
# What the table names instead of a city where the province itself rules the counties.
NO_CITY = re.compile(r"市辖区|县|(?:省|自治区)直辖县级行政区划")
# Municipalities, Hong Kong, Macao, and Taiwan, whose counties are not in the table.
CITY_PROVINCES = frozenset({"11", "12", "31", "50", "71", "81", "82"})


class Reading(NamedTuple):
    """How much of a text names a place; of two readings, the greater is the better."""

    characters: int
    names_province: bool
    digits: int
    code: str


class Names:
    """Codes of places by their names."""

    def __init__(self) -> None:
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        self._longest = 0

    def add(self, code: str, names: Iterable[str]) -> None:
        for name in names:
            self._codes[name].add(code)
            self._longest = max(self._longest, len(name))

    def at_start(self, text: str, within: str = "") -> Iterator[tuple[str, str]]:
        """The codes of those places with whose names a text begins, each with what is left."""
        for length in range(min(self._longest, len(text)), 0, -1):
            for code in self._codes.get(text[:length], ()):
                if code.startswith(within):
                    yield code, text[length:]


class Divisions:
    """Provinces have two digits here, cities four, counties six."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        self._provinces, self._cities, self._counties = Names(), Names(), Names()
        self._full_names = Names()
        self.without_city = {code for code, name in rows if NO_CITY.fullmatch(name)}
        self.codes = {code for code, _ in rows} - self.without_city
        provinces = dict(reversed(rows))
        for code, name in rows:
            if code.endswith("0000"):
                self._provinces.add(code[:2], _spellings(name))
            elif code in self.without_city:
                self._cities.add(code[:4], {name, *_spellings(provinces[f"{code[:2]}0000"])})
            elif code.endswith("00"):
                self._cities.add(code[:4], _spellings(name))
            else:
                self._counties.add(code, _spellings(name))
                self._full_names.add(code, [name])

    def readings(self, text: str) -> Iterator[Reading]:
        for province, rest in [("", text), *self._provinces.at_start(text)]:
            for place, left in self._places(province, rest):
                code = self._code(place)
                yield Reading(len(text) - len(left), bool(province), len(place), code)

    def _places(self, province: str, text: str) -> Iterator[tuple[str, str]]:
        """In a province, or in any: itself, its cities, and their counties."""
        yield province, text
        yield from self._full_names.at_start(text, province)
        cities = list(self._cities.at_start(text, province))
        yield from cities
        if province:
            cities += [(code[:4], text) for code in self.without_city if code.startswith(province)]
        if province in CITY_PROVINCES:
            cities += [(province, text), *self._provinces.at_start(text, province)]
        for city, rest in cities:
            yield from self._counties.at_start(rest, city)

    def _code(self, place: str) -> str:
        code = place.ljust(COUNTY_DIGITS, "0")
        return f"{code[:2]}0000" if code in self.without_city else code


@memoised(KNOWN_REGIONS)
def area_code(region: str) -> str | None:
    """Of the place with which a text begins; None for no city of China, and for two of one name.

    Of two counties of one name in one city, the city's.
    """
    text = COUNTRY.sub("", _joined(region))
    best = max(readings := list(_divisions().readings(text)))
    codes = {reading.code for reading in readings if reading[:3] == best[:3]}
    if len(codes) > 1:
        codes = {f"{code[:4]}00" for code in codes}
    code = codes.pop()
    return None if codes else known_area(code)


def area_name(region: str) -> str:
    """Its code, or else the text alone, without spaces and in lower case."""
    return area_code(region) or _joined(region).casefold()


def _joined(region: str) -> str:
    return SEPARATORS.sub("", normal_code(region))


def known_area(code: str) -> str | None:
    """A code of the table; its city's where the table does not know the county."""
    digits = normal_code(code)
    if not re.fullmatch("[0-9]{6}(?:[0-9]{3}){0,2}", digits):  # the longer: a street, a village
        return None
    for one in (digits[:6], f"{digits[:4]}00", f"{digits[:2]}0000"):
        if one in _divisions().codes:
            of_many_cities = one.endswith("0000") and one[:2] not in CITY_PROVINCES
            return None if of_many_cities else one
    return None


def _spellings(name: str) -> set[str]:
    """In full, and as people shorten it."""
    if match := AUTONOMOUS.fullmatch(name):
        return {name, match["short"], match["short"] + match["kind"]}
    if match := PLAIN.fullmatch(name):
        return {name, match["short"]}
    return {name}


@cache
def _divisions() -> Divisions:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        return Divisions([(code, name) for code, name in rows])
