"""Phone numbers as people type them, made into what a courier dials."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from bff.core.text import half_width, normal_text

REGION, COUNTRY_CODE = "CN", 86
MAX_CHARACTERS = 64
LABEL = re.compile(r"^(?:tel|phone|mobile|(?:联系)?电话|手机号?码?) *[:.]? *", re.IGNORECASE)
EXTENSION_WORD = re.compile(r" *(?:转|轉|分机|分機|extension|ext\b\.?) *:? *", re.IGNORECASE)
# A mobile's or a fixed line's number with its extension behind a hyphen, as shops write the
# numbers that hide a shopper's own.
HYPHENED = re.compile(
    r"(?P<number>(?:(?:\+|00)?86[ -]*)?(?:1[0-9](?:[ -]?[0-9]){9}|\(?0[0-9]{2,3}[ )-]*[0-9]{7,8}))"
    r" ?[-*#] ?(?P<extension>[0-9]{1,6})"
)
MARK = ";ext="
DIALLED = re.compile(r"[0-9+*#,;() -]{1,32}")
MIN_DIGITS = 5


def normal_phone(text: str) -> str:
    """A number that is in use: China's as people there write it, others with + and the country.

    China's is the default. Raises ValueError.
    """
    number = _parsed(text)
    if not phonenumbers.is_valid_number(number):
        raise ValueError(text)
    return _written(number)


def possible_phone(text: str) -> str:
    """The same of a number of the right length: partners know ranges that are new.

    Raises ValueError.
    """
    number = _parsed(text)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise ValueError(text)
    return _written(number)


def dialled_phone(text: str) -> str:
    """A number of a country's plan, or another of 5 digits or more, as switchboards have them.

    Raises ValueError.
    """
    try:
        return possible_phone(text)
    except ValueError:
        typed = normal_text(half_width(text))
        if not DIALLED.fullmatch(typed) or sum(map(str.isdigit, typed)) < MIN_DIGITS:
            raise
        return typed


def _parsed(text: str) -> PhoneNumber:
    typed = LABEL.sub("", normal_text(half_width(text)))
    if len(typed) > MAX_CHARACTERS:
        raise ValueError(text)
    marked = EXTENSION_WORD.sub(MARK, typed, count=1)
    if match := HYPHENED.fullmatch(marked):
        marked = f"{match['number']}{MARK}{match['extension']}"
    # A letter in it is a slip, not a word to be spelt on the keys.
    if any(map(str.isalpha, marked.replace(MARK, ""))):
        raise ValueError(text)
    try:
        return phonenumbers.parse(marked, REGION)
    except NumberParseException as error:
        raise ValueError(text) from error


def _written(number: PhoneNumber) -> str:
    extension, number.extension = number.extension, None
    if number.country_code != COUNTRY_CODE:
        international = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        return f"{international} ext. {extension}" if extension else international
    digits = phonenumbers.national_significant_number(number)
    area = phonenumbers.length_of_geographical_area_code(number)
    national = f"0{digits[:area]}-{digits[area:]}" if area else digits
    return f"{national}转{extension}" if extension else national
