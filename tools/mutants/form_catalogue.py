"""Defects of the forms that text and amounts are stored and shown in."""

from tools.mutants.runner import Mutant

FORM_CATALOGUE = (
    Mutant(
        "marks-kept",
        "marks that nobody sees are stored with the text",
        "bff/core/text.py",
        '    visible = unicodedata.normalize("NFC", _visible(spaced))\n',
        '    visible = unicodedata.normalize("NFC", spaced)\n',
        ("tests/unit/bff/core/test_text.py",),
    ),
    Mutant(
        "letters-dialled",
        "a letter in a phone number is a digit of the keys",
        "bff/core/phones.py",
        '    if any(map(str.isalpha, marked.replace(MARK, ""))):\n',
        "    if not marked:\n",
        ("tests/unit/bff/core/test_phones.py",),
    ),
    Mutant(
        "places-by-spelling",
        "an area has the places of a slot once for each spelling of its name",
        "bff/domain/orders/model.py",
        "        return self.area_code or area_name(self.region)\n",
        "        return self.region\n",
        ("tests/scenarios/cases/test_one_place.py",),
    ),
    Mutant(
        "decimals-by-custom",
        "an amount has the decimals that are customary where it is paid",
        "bff/core/currencies.py",
        "    return get_currency_precision(code) if known is None else known\n",
        "    return get_currency_precision(code if known is None else code)\n",
        ("tests/scenarios/cases/test_currencies.py",),
    ),
)
