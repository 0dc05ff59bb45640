"""Settings in words: their names in the environment, what they are, and what is wrong with them."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError

from bff.settings import PACKAGED_POLICY, PREFIX, SECRETS, Settings, variable

# How alike a variable is to a setting from which on it is a misspelling of it, of 1
MISSPELT = 0.85


class Description(NamedTuple):
    """A setting: its name in the environment, its default, what it is for."""

    name: str
    default: str
    text: str


def descriptions() -> list[Description]:
    return [
        Description(
            variable(name),
            _display(name, field.default),
            " ".join((field.description or "").split()),
        )
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


def unknown_variables(environment: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sentences for variables that begin as settings do and are none: misspelt ones, and others.

    Others may be meant for something else: Kubernetes sets BFF_SERVICE_HOST for a service `bff`.
    """
    names = [variable(name) for name in Settings.model_fields]
    misspelt, others = [], []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            if near := get_close_matches(name.upper(), names, n=1, cutoff=MISSPELT):
                misspelt.append(f"{name} is no setting; did you mean {near[0]}?")
            else:
                others.append(f"{name} is no setting; `bff settings` lists them")
    return misspelt, others


def environment_help() -> str:
    """Every variable with its default, for a command's help."""
    texts = [
        f"{name} {f'(default: {default}) ' if default else ''}{text}"
        for name, default, text in descriptions()
    ]
    return "\n\n".join(["Settings from the environment:", *texts])
