"""Settings in words: every variable is described, no secret is displayed."""

import pytest

from bff.cli.environment import (
    descriptions,
    display_value,
    environment_help,
    error_message,
    unknown_variables,
)
from bff.settings import SECRETS, Settings
from tests.support.program import production

NAMES = {f"BFF_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_described() -> None:
    assert {name for name, _, _ in descriptions()} == NAMES
    assert all(text for _, _, text in descriptions())


def test_a_description_is_one_line() -> None:
    assert all("\n" not in text and "  " not in text for _, _, text in descriptions())


def test_the_help_has_each_variable_with_its_default() -> None:
    texts = environment_help()
    assert "BFF_PORT (default: 8000) port to serve on" in texts
    assert all(name in texts for name in NAMES)


def test_of_a_secret_it_is_only_said_whether_it_is_the_demonstrations() -> None:
    settings = Settings.model_validate(production())
    assert {display_value(settings, f"BFF_{name.upper()}") for name in SECRETS} == {"set"}
    demo = Settings(mode="demo")
    assert display_value(demo, "BFF_TOKEN_SECRET") == "the demonstration's"


@pytest.mark.parametrize(
    ("options", "name", "text"),
    [
        ({}, "BFF_POLICY", "packaged"),
        ({}, "BFF_COURIER_URL", ""),
        (
            {"allowed_origins": ("https://a.example",)},
            "BFF_ALLOWED_ORIGINS",
            '["https://a.example"]',
        ),
        ({"operations_only": False}, "BFF_OPERATIONS_ONLY", "False"),
    ],
)
def test_a_value_is_displayed_as_it_would_be_set(
    options: dict[str, object], name: str, text: str
) -> None:
    assert display_value(Settings.model_validate(options), name) == text


def test_an_error_has_a_line_for_each_setting() -> None:
    with pytest.raises(ValueError, match="2 validation errors") as raised:
        Settings.model_validate({"port": 70_000, "log_level": "loud"})
    lines = error_message(raised.value).splitlines()  # type: ignore[arg-type]
    assert [line.partition(":")[0] for line in lines] == ["BFF_PORT", "BFF_LOG_LEVEL"]


def test_only_variables_that_begin_as_settings_do_are_looked_at() -> None:
    assert unknown_variables([*NAMES, "bff_port", "PATH", "MY_BFF_PROT"]) == ([], [])
    assert unknown_variables(["BFF_PROT", "BFF_QQQQ"]) == (
        ["BFF_PROT is no setting; did you mean BFF_PORT?"],
        ["BFF_QQQQ is no setting; `bff settings` lists them"],
    )


@pytest.mark.parametrize("name", ["BFF_SERVICE_HOST", "BFF_SERVICE_PORT", "BFF_PORT_8000_TCP"])
def test_a_variable_of_kubernetes_is_not_taken_for_a_misspelt_setting(name: str) -> None:
    misspelt, others = unknown_variables([name])
    assert not misspelt
    assert others
