"""Settings from the environment, `BFF_…`; `bff serve --help` lists them."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEMO_SECRET = "a secret that everybody knows: for demonstrations only"  # noqa: S105
PACKAGED_POLICY = Path(__file__).parent / "policy.toml"
SECRET_LENGTH = 32


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('a JSON list is expected, such as ["https://shop.example"]') from None


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BFF_", extra="ignore", frozen=True)

    mode: Annotated[
        Literal["demo", "production"],
        Field(description="demo: shoppers, quick partners and GraphiQL; production: none of them"),
    ] = "demo"
    database: Annotated[Path, Field(description="the SQLite file")] = Path("bff.sqlite3")
    host: Annotated[str, Field(description="address to serve on")] = "127.0.0.1"
    port: Annotated[int, Field(description="port to serve on", ge=0, le=65535)] = 8000
    policy: Annotated[Path, Field(description="policy file to publish at start")] = PACKAGED_POLICY
    token_secret: Annotated[
        str, Field(description=f"signs tokens; {SECRET_LENGTH} characters or more")
    ] = DEMO_SECRET
    token_hours: Annotated[int, Field(description="how long a token is good", ge=1)] = 24 * 7
    partner_speed: Annotated[
        float | None,
        Field(description="how fast simulated partners are; 360 in demo, else 1", gt=0),
    ] = None
    clock_starts_at: Annotated[
        AwareDatetime | None,
        Field(description="demo only: start the clock here, with zone, instead of today"),
    ] = None
    max_body_bytes: Annotated[int, Field(description="largest request body", ge=1024)] = 100_000
    max_subscriptions: Annotated[
        int, Field(description="operations under way on one websocket", ge=1)
    ] = 100
    allowed_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_listed),
        Field(description="other origins whose pages may open a websocket, as a JSON list"),
    ] = ()
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="least that is logged")
    ] = "info"

    @model_validator(mode="after")
    def _production_is_no_demonstration(self) -> "Settings":
        if self.mode == "production" and self.token_secret == DEMO_SECRET:
            raise ValueError("BFF_TOKEN_SECRET: production needs a secret of its own")
        if len(self.token_secret) < SECRET_LENGTH:
            raise ValueError(f"BFF_TOKEN_SECRET: at least {SECRET_LENGTH} characters")
        if self.mode == "production" and self.clock_starts_at:
            raise ValueError("BFF_CLOCK_STARTS_AT: production has no clock but the system's")
        return self

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def speed(self) -> float:
        return self.partner_speed or (360 if self.demo else 1)


def described() -> list[tuple[str, str, str]]:
    """Name in the environment, default, what it is for."""
    return [
        (f"BFF_{name.upper()}", _shown(name, field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def shown(settings: Settings, name: str) -> str:
    """A setting's value, except a secret's."""
    field = name.removeprefix("BFF_").lower()
    return _shown(field, getattr(settings, field))


def told(error: ValidationError) -> str:
    """Every bad setting: its name and what is wrong."""
    return "\n".join(
        _named(part["loc"], part["msg"].removeprefix("Value error, ")) for part in error.errors()
    )


def _named(where: tuple[int | str, ...], message: str) -> str:
    return f"BFF_{str(where[0]).upper()}: {message}" if where else message


def _shown(name: str, value: object) -> str:
    if name == "token_secret":
        return "the demonstration's" if value == DEMO_SECRET else "set"
    if value == PACKAGED_POLICY:
        return "packaged"
    if isinstance(value, tuple):
        return json.dumps(value)
    return "" if value is None else str(value)
