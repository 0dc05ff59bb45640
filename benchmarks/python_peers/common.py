"""What both Python peers answer alike: words and values by the project's own functions."""

import base64
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import uvicorn

from bff.cli.serve import spare_the_collector
from bff.core.clock import SHANGHAI
from bff.domain.policy.model import Policy
from bff.domain.returns.rules.returnability import Returnability
from bff.locale.language import Language
from bff.locale.messages import N_, Fact, translate
from resolvers.messages.rules import APPROVED_AT_ONCE, RULE_REASONS


def setting(name: str) -> str:
    return os.environ[f"BENCH_{name}"]


def database() -> Path:
    return Path(setting("DATABASE"))


def moment(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds") if at else None


def cursor(at: datetime, identifier: str) -> str:
    text = f"{at.isoformat()}|{identifier}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def outcome(answer: Returnability, policy: Policy, language: Language) -> str:
    """In words, whether and how a line can be returned."""
    if answer.express:
        return translate(language, APPROVED_AT_ONCE)
    if answer.returnable:
        hours = answer.merchant_answer_hours
        return translate(language, N_("The merchant has {hours} hours to answer."), hours=hours)
    failed = answer.forbidding_check
    facts: dict[str, Fact] = dict(failed.facts)
    if category := failed.facts.get("category"):
        facts["category"] = policy.category_title(str(category), language)
    if on := failed.facts.get("on"):
        facts["on"] = date.fromisoformat(str(on))
    return translate(language, RULE_REASONS[failed.code, False], **facts)


def serve(app: Any) -> None:
    """As the project's own server is served."""
    spare_the_collector()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(setting("PORT")),
        access_log=False,
        log_level="warning",
    )
