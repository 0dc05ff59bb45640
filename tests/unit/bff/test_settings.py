"""Settings: what is refused, and that every variable is described."""

import os
from pathlib import Path

import pytest

from bff.settings import DEMO_SECRET, PACKAGED_POLICY, PREFIX, SECRETS, URLS, Settings
from tests.support.command_line import run_command
from tests.support.program import TOKEN_SECRET, in_environment, production

SECRET = TOKEN_SECRET
PRODUCTION = in_environment(production())
KNOWN = Settings.model_fields["courier_webhook_secret"].default
OWN = PRODUCTION["BFF_COURIER_WEBHOOK_SECRET"]
NAMES = {f"BFF_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of the test."""
    for name in [*os.environ]:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "name", "text"),
    [
        (PRODUCTION | {"BFF_TOKEN_SECRET": DEMO_SECRET}, "BFF_TOKEN_SECRET", "of its own"),
        (PRODUCTION | {"BFF_TOKEN_SECRET": "short"}, "BFF_TOKEN_SECRET", "at least 32 characters"),
        (PRODUCTION | {"BFF_TOKEN_SECRET": ""}, "BFF_TOKEN_SECRET", "at least 32 characters"),
        ({"BFF_TOKEN_SECRET": "x" * 31}, "BFF_TOKEN_SECRET", "at least 32 characters"),
        (
            PRODUCTION | {"BFF_CLOCK_STARTS_AT": "2026-11-11T09:00:00+08:00"},
            "BFF_CLOCK_STARTS_AT",
            "production has no clock but the system's",
        ),
        (PRODUCTION | {"BFF_PARTNER_SPEED": "2"}, "BFF_PARTNER_SPEED", "no simulated partners"),
        (PRODUCTION | {"BFF_COURIER_URL": "courier.example"}, "BFF_COURIER_URL", "URL"),
        ({"BFF_PAYMENT_URL": "ftp://pay.example"}, "BFF_PAYMENT_URL", "'http' or 'https'"),
        ({"BFF_PAYMENT_URL": "https://me:pw@pay.example"}, "BFF_PAYMENT_URL", "no user"),
        (
            PRODUCTION | {"BFF_COURIER_WEBHOOK_SECRET": KNOWN},
            "BFF_COURIER_WEBHOOK_SECRET",
            "a secret of its own",
        ),
        (
            PRODUCTION | {"BFF_COURIER_WEBHOOK_SECRET": f"{OWN},{KNOWN}"},
            "BFF_COURIER_WEBHOOK_SECRET",
            "a secret of its own",
        ),
        ({"BFF_STAFF_WEBHOOK_SECRET": "secret"}, "BFF_STAFF_WEBHOOK_SECRET", "whsec_ and 24"),
        ({"BFF_STAFF_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "BFF_STAFF_WEBHOOK_SECRET", "whsec_"),
        ({"BFF_STAFF_WEBHOOK_SECRET": f"{OWN},"}, "BFF_STAFF_WEBHOOK_SECRET", "whsec_"),
        ({"BFF_STAFF_WEBHOOK_SECRET": OWN[:-1] + "!"}, "BFF_STAFF_WEBHOOK_SECRET", "whsec_"),
        ({"BFF_PARTNER_TIMEOUT_SECONDS": "0"}, "BFF_PARTNER_TIMEOUT_SECONDS", "0"),
        ({"BFF_PARTNER_ATTEMPTS": "0"}, "BFF_PARTNER_ATTEMPTS", "1"),
        ({"BFF_CLOCK_STARTS_AT": "2026-11-11T09:00:00"}, "BFF_CLOCK_STARTS_AT", "timezone"),
        ({"BFF_CLOCK_STARTS_AT": "yesterday"}, "BFF_CLOCK_STARTS_AT", "datetime"),
        ({"BFF_MODE": "prod"}, "BFF_MODE", "'demo' or 'production'"),
        ({"BFF_PORT": "65536"}, "BFF_PORT", "65535"),
        ({"BFF_PORT": "http"}, "BFF_PORT", "integer"),
        ({"BFF_DATABASE": "/nowhere/bff.sqlite3"}, "BFF_DATABASE", "a folder that is there"),
        ({"BFF_DATABASE": "/"}, "BFF_DATABASE", "a file is expected"),
        ({"BFF_TOKEN_HOURS": "0"}, "BFF_TOKEN_HOURS", "1"),
        ({"BFF_PARTNER_SPEED": "0"}, "BFF_PARTNER_SPEED", "0"),
        ({"BFF_PARTNER_SPEED": "nan"}, "BFF_PARTNER_SPEED", "0"),
        ({"BFF_MAX_BODY_BYTES": "10"}, "BFF_MAX_BODY_BYTES", "1024"),
        ({"BFF_MAX_SUBSCRIPTIONS": "0"}, "BFF_MAX_SUBSCRIPTIONS", "1"),
        ({"BFF_ALLOWED_ORIGINS": "https://a.example"}, "BFF_ALLOWED_ORIGINS", "JSON list"),
        ({"BFF_ALLOWED_ORIGINS": "[1]"}, "BFF_ALLOWED_ORIGINS", "string"),
        ({"BFF_ALLOWED_ORIGINS": '["a.example"]'}, "BFF_ALLOWED_ORIGINS", "an origin like"),
        ({"BFF_ALLOWED_ORIGINS": '["https://a.example/x"]'}, "BFF_ALLOWED_ORIGINS", "origin"),
        ({"BFF_PUBLIC_URL": "https://a.example/?x=1"}, "BFF_PUBLIC_URL", "no ? and no #"),
        ({"BFF_PUBLIC_URL": "https://a.example/#x"}, "BFF_PUBLIC_URL", "no ? and no #"),
        ({"BFF_TOKEN_HOURS": "99999999999"}, "BFF_TOKEN_HOURS", "87600"),
        ({"BFF_LOG_LEVEL": "loud"}, "BFF_LOG_LEVEL", "'info'"),
        ({"BFF_EXECUTOR": "jit"}, "BFF_EXECUTOR", "'plan' or 'graphql-core'"),
        ({"BFF_MOST_TOGETHER": "0"}, "BFF_MOST_TOGETHER", "1"),
        ({"BFF_OPERATIONS_ONLY": "true"}, "BFF_OPERATIONS_ONLY", "needs BFF_OPERATIONS"),
        ({"BFF_OPERATIONS_ONLY": "only"}, "BFF_OPERATIONS_ONLY", "boolean"),
        ({"BFF_METRICS_PORT": "0"}, "BFF_METRICS_PORT", "1"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(
    environment: dict[str, str], name: str, text: str
) -> None:
    result = run_command("settings", **environment)
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert line.startswith(f"{name}: ")
    assert text in line
    assert result.stdout == ""


def test_all_wrong_settings_are_reported_at_once() -> None:
    result = run_command("serve", BFF_PORT="x", BFF_LOG_LEVEL="loud", BFF_TOKEN_HOURS="-1")
    named = {line.partition(":")[0] for line in result.stderr.splitlines()}
    assert named == {"BFF_PORT", "BFF_LOG_LEVEL", "BFF_TOKEN_HOURS"}


def test_production_with_a_secret_of_its_own_is_no_demonstration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.demo, settings.token_secret) == (False, SECRET)


def test_production_names_all_that_it_lacks() -> None:
    result = run_command("serve", BFF_MODE="production")
    named = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert sorted(named) == sorted(f"BFF_{name.upper()}" for name in (*SECRETS, *URLS))


def test_one_secret_may_take_the_place_of_another() -> None:
    both = f"{OWN}, {KNOWN}"
    assert run_command("settings", BFF_COURIER_WEBHOOK_SECRET=both).exit_code == 0


def test_without_settings_it_is_a_demonstration() -> None:
    settings = Settings()
    assert (settings.demo, settings.partner_speed) == (True, 360)
    assert (settings.policy, settings.courier_url) == (PACKAGED_POLICY, None)
    assert settings.host == "127.0.0.1"


def test_the_environment_is_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BFF_DATABASE", str(tmp_path / "x.sqlite3"))
    monkeypatch.setenv("BFF_PARTNER_SPEED", "2.5")
    monkeypatch.setenv("BFF_ALLOWED_ORIGINS", '["https://shop.example"]')
    settings = Settings()
    assert settings.database == tmp_path / "x.sqlite3"
    assert settings.partner_speed == 2.5
    assert settings.allowed_origins == ("https://shop.example",)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        (PRODUCTION, True),
        ({"BFF_DATABASE_URL": "postgresql://shop@db/bff"}, True),
        (PRODUCTION | {"BFF_DATABASE_URL": "postgresql://shop@db/bff"}, False),
        (PRODUCTION | {"BFF_DATABASE_URL": "sqlite:///bff.sqlite3"}, True),
        (
            PRODUCTION | {"BFF_DATABASE_URL": "postgresql://shop@db/bff", "BFF_MIGRATE": "start"},
            True,
        ),
        ({"BFF_MIGRATE": "never"}, False),
    ],
)
def test_only_postgresql_in_production_waits_for_bff_migrate(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().migrates_at_start == expected
