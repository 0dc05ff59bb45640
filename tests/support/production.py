"""What a production needs besides its database."""

from bff.core.signatures import readable_secret
from bff.settings import SECRETS, URLS

TOKEN_SECRET = "a secret of the tests, long enough to be one"


def production(**changes: object) -> dict[str, str]:
    """Settings without their prefix; nobody listens at the partners' addresses."""
    secrets = {name: readable_secret(f"the tests' own {name}") for name in SECRETS}
    urls = dict.fromkeys(URLS, "http://127.0.0.1:9/")
    needed = secrets | urls | {"mode": "production", "token_secret": TOKEN_SECRET}
    return needed | {name: str(value) for name, value in changes.items()}


def in_environment(settings: dict[str, str]) -> dict[str, str]:
    return {f"BFF_{name.upper()}": value for name, value in settings.items()}
