"""How two policies differ, key by key."""

from collections.abc import Iterator, Mapping

from bff.domain.policy.model import Policy
from bff.domain.policy.words import as_json, shortened

NOTHING = "nothing"


def differences(old: Policy, new: Policy) -> list[str]:
    """As `policy.pickup.capacity: 50 → 60`, in the order of the new one."""
    before, after = dict(_flat("policy", old.model_dump())), dict(_flat("policy", new.model_dump()))
    differing = [key for key in {**after, **before} if before.get(key) != after.get(key)]
    return [
        f"{key}: {shortened(before.get(key, NOTHING))} → {shortened(after.get(key, NOTHING))}"
        for key in differing
    ]


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Each number and text by its keys; in a list, tables go by their code."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}", inner)
    elif isinstance(value, tuple) and all(
        isinstance(inner, Mapping) and "code" in inner for inner in value
    ):
        yield f"{key}, in order", as_json([inner["code"] for inner in value])
        for inner in value:
            yield from _flat(f"{key}.{inner['code']}", inner)
    else:
        yield key, as_json(sorted(value) if isinstance(value, frozenset) else value)
