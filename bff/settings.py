"""Settings from the environment, `BFF_…`; `bff serve --help` lists them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    HttpUrl,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from strawberry.http.websocket_origin import normalize_allowed_origins

from bff.core import signatures as signing

PREFIX = "BFF_"
DEMO_SECRET = "a secret that everybody knows: for demonstrations only"  # noqa: S105
PACKAGED_POLICY = Path(__file__).parent / "policy.toml"
SECRET_LENGTH = 32
LONGEST_TOKEN_HOURS = 10 * 365 * 24
# Who may send webhooks, and the setting that says how theirs are signed
WEBHOOK_SECRETS: Mapping[str, str] = {
    "courier": "courier_webhook_secret",
    "merchant": "merchant_webhook_secret",
    "orders": "order_webhook_secret",
    "payments": "payment_webhook_secret",
    "staff": "staff_webhook_secret",
}
PHOTO_STORES = ("s3", "gs", "az")
CALL_SECRETS = ("courier_call_secret", "merchant_call_secret", "payment_call_secret")
URLS = ("courier_url", "merchant_url", "payment_url")
SECRETS = ("token_secret", *WEBHOOK_SECRETS.values(), *CALL_SECRETS)


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('a JSON list is expected, such as ["https://shop.example"]') from None


def _origins(value: tuple[str, ...]) -> tuple[str, ...]:
    normalize_allowed_origins(value)
    return value


def _without_password(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("no user and password in it: calls are signed instead")
    return url


def _beginning(url: HttpUrl) -> HttpUrl:
    if url.query is not None or url.fragment is not None:
        raise ValueError("no ? and no # in it: paths are put behind it")
    return url


def known_secret(name: str) -> str:
    """The demonstration's."""
    return signing.readable_secret(f"{name}, which everybody knows")


def _place(value: str | None) -> str | None:
    scheme, separator, rest = (value or "folder").partition("://")
    if separator and (scheme not in PHOTO_STORES or not rest):
        raise ValueError(f"a folder's path, or a URL such as {PHOTO_STORES[0]}://bucket/prefix")
    if value is not None and not value.strip():
        raise ValueError("a folder's path is expected")
    return value


def _file(value: Path) -> Path:
    if value.is_dir() or not value.parent.is_dir():
        raise ValueError(f"a file is expected, in a folder that is there: {value}")
    return value


Secrets = Annotated[str, AfterValidator(signing.valid_secrets)]
Url = Annotated[HttpUrl, AfterValidator(_without_password)]


class PartnerSettings(BaseSettings):
    """Whom partners' webhooks come from, and where calls to them go."""

    courier_webhook_secret: Annotated[
        Secrets, Field(repr=False, description=f"signs the courier's webhooks: {signing.EXPECTED}")
    ] = known_secret("courier_webhook_secret")
    merchant_webhook_secret: Annotated[
        Secrets, Field(repr=False, description="signs merchants' webhooks, likewise")
    ] = known_secret("merchant_webhook_secret")
    order_webhook_secret: Annotated[
        Secrets, Field(repr=False, description="signs webhooks about orders, likewise")
    ] = known_secret("order_webhook_secret")
    payment_webhook_secret: Annotated[
        Secrets, Field(repr=False, description="signs the payment service's webhooks, likewise")
    ] = known_secret("payment_webhook_secret")
    staff_webhook_secret: Annotated[
        Secrets, Field(repr=False, description="signs webhooks of staff's decisions, likewise")
    ] = known_secret("staff_webhook_secret")
    courier_url: Annotated[
        Url | None, Field(description="where calls to the courier go; without it, simulated")
    ] = None
    merchant_url: Annotated[
        Url | None, Field(description="where calls to merchants go; without it, simulated")
    ] = None
    payment_url: Annotated[
        Url | None, Field(description="where payments are asked for; without it, simulated")
    ] = None
    courier_call_secret: Annotated[
        Secrets,
        Field(repr=False, description="signs calls to the courier, as a webhook's secret does"),
    ] = known_secret("courier_call_secret")
    merchant_call_secret: Annotated[
        Secrets, Field(repr=False, description="signs calls to merchants, likewise")
    ] = known_secret("merchant_call_secret")
    payment_call_secret: Annotated[
        Secrets, Field(repr=False, description="signs calls to the payment service, likewise")
    ] = known_secret("payment_call_secret")
    partner_timeout_seconds: Annotated[
        float, Field(description="how long a partner's answer is waited for", gt=0, le=60)
    ] = 10
    partner_attempts: Annotated[
        int, Field(description="how often a call is tried before it is a dead letter", ge=1, le=99)
    ] = 12
    partner_speed: Annotated[
        float, Field(description="demo only: how fast simulated partners are", gt=0)
    ] = 360


class Settings(PartnerSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mode: Annotated[
        Literal["demo", "production"],
        Field(description="demo: shoppers, quick partners and GraphiQL; production: none of them"),
    ] = "demo"
    database: Annotated[Path, AfterValidator(_file), Field(description="the SQLite file")] = Path(
        "bff.sqlite3"
    )
    host: Annotated[str, Field(description="address to serve on")] = "127.0.0.1"
    port: Annotated[int, Field(description="port to serve on", ge=0, le=65535)] = 8000
    policy: Annotated[Path, Field(description="policy file to publish at start")] = PACKAGED_POLICY
    token_secret: Annotated[
        str, Field(repr=False, description=f"signs tokens; {SECRET_LENGTH} characters or more")
    ] = DEMO_SECRET
    token_hours: Annotated[
        int, Field(description="how long a token is good", ge=1, le=LONGEST_TOKEN_HOURS)
    ] = 24 * 7
    clock_starts_at: Annotated[
        AwareDatetime | None,
        Field(description="demo only: start the clock here, with zone, instead of today"),
    ] = None
    photos: Annotated[
        str | None,
        AfterValidator(_place),
        Field(
            description="where photos are kept: a folder, or s3://, gs:// or az:// and a bucket; "
            "a folder beside the database by default"
        ),
    ] = None
    public_url: Annotated[
        Annotated[Url, AfterValidator(_beginning)] | None,
        Field(description="what links to photos begin with; by default, as requests come"),
    ] = None
    max_body_bytes: Annotated[int, Field(description="largest request body", ge=1024)] = 100_000
    max_subscriptions: Annotated[
        int, Field(description="operations under way on one websocket", ge=1)
    ] = 100
    allowed_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_listed),
        AfterValidator(_origins),
        Field(description="other origins whose pages may open a websocket, as a JSON list"),
    ] = ()
    executor: Annotated[
        Literal["plan", "graphql-core"],
        Field(description="what runs operations: compiled plans where possible, or graphql-core"),
    ] = "plan"
    most_together: Annotated[
        int, Field(description="writes that share one durable commit, at most", ge=1)
    ] = 64
    operations: Annotated[
        Path | None,
        Field(description="a manifest of trusted documents, Apollo's or Relay's, to know by id"),
    ] = None
    operations_only: Annotated[
        bool, Field(description="run nothing but the manifest's documents")
    ] = False
    metrics_host: Annotated[str, Field(description="address to serve /metrics on")] = "127.0.0.1"
    metrics_port: Annotated[
        int | None,
        Field(description="port of its own for Prometheus; without it, none", ge=1, le=65535),
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="least that is logged")
    ] = "info"

    @model_validator(mode="after")
    def _only_what_is_known(self) -> "Settings":
        if self.operations_only and self.operations is None:
            raise ValueError("BFF_OPERATIONS_ONLY: needs BFF_OPERATIONS, or nothing could be run")
        return self

    @model_validator(mode="after")
    def _production_is_no_demonstration(self) -> "Settings":
        if len(self.token_secret) < SECRET_LENGTH:
            raise ValueError(f"BFF_TOKEN_SECRET: at least {SECRET_LENGTH} characters")
        if not self.demo and (missing := [*self._known(), *self._missing()]):
            raise ValueError("\n".join(missing))
        return self

    def _known(self) -> Iterator[str]:
        for name in SECRETS:
            default, current = type(self).model_fields[name].default, getattr(self, name)
            if default in signing.split_secrets(current):
                yield f"{variable(name)}: production needs a secret of its own"

    def _missing(self) -> Iterator[str]:
        for name in URLS:
            if getattr(self, name) is None:
                yield f"{variable(name)}: production has no simulated partners"
        if "partner_speed" in self.model_fields_set:
            yield "BFF_PARTNER_SPEED: production has no simulated partners"
        if self.clock_starts_at:
            yield "BFF_CLOCK_STARTS_AT: production has no clock but the system's"

    @property
    def photo_store(self) -> str:
        """A folder's path, or an object store's URL."""
        return self.photos or str(self.database.with_suffix(".photos"))

    @property
    def public_base(self) -> str | None:
        return str(self.public_url) if self.public_url else None

    @property
    def demo(self) -> bool:
        return self.mode == "demo"


class Description(NamedTuple):
    """A setting: its name in the environment, its default, what it is for."""

    name: str
    default: str
    text: str


def descriptions() -> list[Description]:
    return [
        Description(variable(name), _display(name, field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def display_value(settings: Settings, name: str) -> str:
    """What a variable is set to; of a secret, only whether it is the demonstration's."""
    field = name.removeprefix(PREFIX).lower()
    return _display(field, getattr(settings, field))


def _display(name: str, value: object) -> str:
    if name in SECRETS:
        known = value == Settings.model_fields[name].default
        return "the demonstration's" if known else "set"
    if value == PACKAGED_POLICY:
        return "packaged"
    if isinstance(value, tuple):
        return json.dumps(value)
    return "" if value is None else str(value)


def error_message(error: ValidationError) -> str:
    """A line for each wrong setting: its name and what is wrong."""
    lines = []
    for part in error.errors():
        message = part["msg"].removeprefix("Value error, ")
        lines.append(f"{variable(str(part['loc'][0]))}: {message}" if part["loc"] else message)
    return "\n".join(lines)


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """A sentence for each variable that begins as settings do and is none."""
    names = [variable(name) for name in Settings.model_fields]
    sentences = []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            near = get_close_matches(name.upper(), names, n=1)
            hint = f"did you mean {near[0]}?" if near else "`bff settings` lists them"
            sentences.append(f"{name} is no setting; {hint}")
    return sentences


def variable(name: str) -> str:
    """A setting's name in the environment."""
    return f"{PREFIX}{name.upper()}"
