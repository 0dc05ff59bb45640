"""Settings from the environment, `BFF_…`; `bff serve --help` lists them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    HttpUrl,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from strawberry.http.websocket_origin import normalize_allowed_origins

from bff.core import signatures
from bff.retention_settings import RetentionSettings

PREFIX = "BFF_"
DEMO_SECRET = "a secret that everybody knows: for demonstrations only"  # noqa: S105
PACKAGED_POLICY = Path(__file__).parent / "policy.toml"
MIN_SECRET_LENGTH = 32
MAX_TOKEN_HOURS = 10 * 365 * 24
# Who may send webhooks, and the setting that says how theirs are signed
WEBHOOK_SECRETS: Mapping[str, str] = {
    "courier": "courier_webhook_secret",
    "merchant": "merchant_webhook_secret",
    "orders": "order_webhook_secret",
    "payments": "payment_webhook_secret",
    "staff": "staff_webhook_secret",
}
POSTGRESQL, SQLITE = "postgresql://", "sqlite:///"
REDIS = ("redis://", "rediss://", "unix://")
PHOTO_STORES = ("s3", "gs", "az")
CALL_SECRETS = ("courier_call_secret", "merchant_call_secret", "payment_call_secret")
URLS = ("courier_url", "merchant_url", "payment_url")
SECRETS = ("token_secret", *WEBHOOK_SECRETS.values(), *CALL_SECRETS)


def _parse_list(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('a JSON list is expected, such as ["https://shop.example"]') from None


def _check_origins(value: tuple[str, ...]) -> tuple[str, ...]:
    normalize_allowed_origins(value)
    return value


def _check_no_password(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("no user and password in it: calls are signed instead")
    return url


def _check_base(url: HttpUrl) -> HttpUrl:
    if url.query is not None or url.fragment is not None:
        raise ValueError("no ? and no # in it: paths are put behind it")
    return url


def demo_secret(name: str) -> str:
    """The demonstration's."""
    return signatures.readable_secret(f"{name}, which everybody knows")


def _check_photo_store(value: str | None) -> str | None:
    scheme, separator, rest = (value or "folder").partition("://")
    if separator and (scheme not in PHOTO_STORES or not rest):
        raise ValueError(f"a folder's path, or a URL such as {PHOTO_STORES[0]}://bucket/prefix")
    if value is not None and not value.strip():
        raise ValueError("a folder's path is expected")
    return value


def _check_file(value: Path) -> Path:
    if value.is_dir() or not value.parent.is_dir():
        raise ValueError(f"a file is expected, in a folder that is there: {value}")
    return value


def _check_database_url(value: str | None) -> str | None:
    if value is None or value.startswith((POSTGRESQL, SQLITE)):
        return value
    raise ValueError(f"{POSTGRESQL}user@host/name is expected, or {SQLITE}path")


def _check_redis_url(value: str | None) -> str | None:
    if value is None or value.startswith(REDIS):
        return value
    raise ValueError("redis://host:6379/0 is expected, rediss:// for TLS, or unix:///path")


Secret = Annotated[str, Field(repr=False)]
SigningSecrets = Annotated[Secret, AfterValidator(signatures.valid_secrets)]
Url = Annotated[HttpUrl, AfterValidator(_check_no_password)]
Port = Annotated[int, Field(ge=1, le=65535)]


def variable(name: str) -> str:
    """A setting's name in the environment."""
    return f"{PREFIX}{name.upper()}"


class PartnerSettings(BaseSettings):
    """Which webhooks are believed, and where calls to partners go."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    courier_webhook_secret: SigningSecrets = demo_secret("courier_webhook_secret")
    """secret of the courier's webhooks: whsec_ and 24 to 64 bytes in base64; several with commas
    between them"""

    merchant_webhook_secret: SigningSecrets = demo_secret("merchant_webhook_secret")
    """secret of merchants' webhooks, likewise"""

    order_webhook_secret: SigningSecrets = demo_secret("order_webhook_secret")
    """secret of webhooks about orders, likewise"""

    payment_webhook_secret: SigningSecrets = demo_secret("payment_webhook_secret")
    """secret of the payment service's webhooks, likewise"""

    staff_webhook_secret: SigningSecrets = demo_secret("staff_webhook_secret")
    """secret of webhooks with staff's decisions, likewise"""

    courier_url: Url | None = None
    """URL for calls to the courier; without it, the courier is simulated"""

    merchant_url: Url | None = None
    """URL for calls to merchants; without it, merchants are simulated"""

    payment_url: Url | None = None
    """URL for calls to the payment service; without it, the service is simulated"""

    courier_call_secret: SigningSecrets = demo_secret("courier_call_secret")
    """secret that signs calls to the courier, in the form of a webhook's"""

    merchant_call_secret: SigningSecrets = demo_secret("merchant_call_secret")
    """secret that signs calls to merchants, likewise"""

    payment_call_secret: SigningSecrets = demo_secret("payment_call_secret")
    """secret that signs calls to the payment service, likewise"""

    partner_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10
    """how many seconds to wait for a partner's response"""

    partner_attempts: Annotated[int, Field(ge=1, le=99)] = 12
    """attempts to deliver a call before it is given up"""

    partner_speed: Annotated[float, Field(gt=0)] = 360
    """demo only: how many times faster than real time simulated partners are"""


class Settings(PartnerSettings, RetentionSettings):
    mode: Literal["demo", "production"] = "demo"
    """demo: with shoppers, simulated partners and GraphiQL; production: without"""

    database: Annotated[Path, AfterValidator(_check_file)] = Path("bff.sqlite3")
    """SQLite file"""

    database_url: Annotated[str | None, AfterValidator(_check_database_url)] = None
    """URL of the database, in place of BFF_DATABASE: postgresql://user@host/name, or
    sqlite:///path"""

    redis_url: Annotated[str | None, AfterValidator(_check_redis_url), Field(repr=False)] = None
    """URL of a Redis that several processes share, for wake-ups and persisted queries; without
    it, they wake one another through the database, or through sockets beside its file"""

    migrate: Literal["start", "never"] | None = None
    """when tables of an older version are brought up to date: at each start, or never but by bff
    migrate; by default at each start, but never on PostgreSQL in production"""

    host: str = "127.0.0.1"
    """address to serve on"""

    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """port to serve on"""

    policy: Path = PACKAGED_POLICY
    """policy file to publish at the start"""

    token_secret: Secret = DEMO_SECRET
    """secret that signs tokens; 32 characters or more"""

    token_hours: Annotated[int, Field(ge=1, le=MAX_TOKEN_HOURS)] = 24 * 7
    """how many hours a token is valid"""

    clock_starts_at: AwareDatetime | None = None
    """demo only: the clock starts at this moment, with its zone, instead of today"""

    photos: Annotated[str | None, AfterValidator(_check_photo_store)] = None
    """where photos are stored: a folder, or s3://, gs:// or az:// and a bucket; by default a
    folder beside the database"""

    public_url: Annotated[Url, AfterValidator(_check_base)] | None = None
    """base URL of links to photos; by default that of the request"""

    max_body_bytes: Annotated[int, Field(ge=1024)] = 100_000
    """size of the largest request body"""

    max_subscriptions: Annotated[int, Field(ge=1)] = 100
    """operations at the same time on one websocket, at most"""

    allowed_origins: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_parse_list), AfterValidator(_check_origins)
    ] = ()
    """further origins whose pages may open a websocket, as a JSON list"""

    executor: Literal["plan", "graphql-core"] = "plan"
    """what executes operations: compiled plans where possible, or graphql-core alone"""

    most_together: Annotated[int, Field(ge=1)] = 64
    """writes in one durable commit, at most"""

    operations: Path | None = None
    """manifest of trusted documents, Apollo's or Relay's, which requests name by id"""

    operations_only: bool = False
    """execute the manifest's documents only"""

    metrics_host: str = "127.0.0.1"
    """address to serve /metrics on"""

    metrics_port: Port | None = None
    """port to serve /metrics on, for Prometheus; without it, /metrics is not served"""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """lowest level that is logged"""

    log_format: Literal["json", "text"] | None = None
    """form of the log: json, an object a line, or text, for people; by default text on a terminal
    and json elsewhere"""

    @model_validator(mode="after")
    def _operations_only_needs_a_manifest(self) -> "Settings":
        if self.operations_only and self.operations is None:
            raise ValueError("BFF_OPERATIONS_ONLY: needs BFF_OPERATIONS, or nothing could be run")
        return self

    @model_validator(mode="after")
    def _production_has_nothing_of_the_demonstration(self) -> "Settings":
        if len(self.token_secret) < MIN_SECRET_LENGTH:
            raise ValueError(f"BFF_TOKEN_SECRET: at least {MIN_SECRET_LENGTH} characters")
        if not self.demo and (wrong := [*self._demo_secrets(), *self._demo_parts()]):
            raise ValueError("\n".join(wrong))
        return self

    def _demo_secrets(self) -> Iterator[str]:
        for name in SECRETS:
            default, current = type(self).model_fields[name].default, getattr(self, name)
            if default in signatures.split_secrets(current):
                yield f"{variable(name)}: production needs a secret of its own"

    def _demo_parts(self) -> Iterator[str]:
        for name in URLS:
            if getattr(self, name) is None:
                yield f"{variable(name)}: production has no simulated partners"
        if "partner_speed" in self.model_fields_set:
            yield "BFF_PARTNER_SPEED: production has no simulated partners"
        if self.clock_starts_at:
            yield "BFF_CLOCK_STARTS_AT: production has no clock but the system's"

    @property
    def address(self) -> str | Path:
        """The database's: a URL of PostgreSQL, or a file's path."""
        url = self.database_url
        if url and url.startswith(POSTGRESQL):
            return url
        return Path(url.removeprefix(SQLITE)) if url else self.database

    @property
    def migrates_at_start(self) -> bool:
        if self.migrate:
            return self.migrate == "start"
        return self.demo or isinstance(self.address, Path)

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
