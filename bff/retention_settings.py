"""For how many days things are kept that nobody needs any more."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RetentionSettings(BaseSettings):
    """A part of the settings."""

    model_config = SettingsConfigDict(
        env_prefix="BFF_", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    retention_events_days: Annotated[int, Field(ge=30)] = 365
    """days that events are kept and cursors are good, longer while their return is open; at least
    30"""

    retention_keys_days: Annotated[int, Field(ge=7)] = 30
    """days that the same idempotency key gives the same answer; at least 7"""

    retention_reports_days: Annotated[int, Field(ge=30)] = 180
    """days that a partner's webhook is known by its id; at least 30"""

    retention_calls_days: Annotated[int, Field(ge=30)] = 90
    """days that a dead call to a partner can be resent; at least 30"""

    retention_photos_days: Annotated[int, Field(ge=30)] = 180
    """days that photos are kept after their return has ended; at least 30"""

    retention_offers_days: Annotated[int, Field(ge=30)] = 365
    """days that it is known which courier companies a pickup was offered to; at least 30"""

    retention_slots_days: Annotated[int, Field(ge=30)] = 90
    """days that a slot's places are kept after its day; at least 30"""

    retention_orders_days: Annotated[int, Field(ge=1096)] = 1096
    """days that orders and returns of erased shoppers are kept: the law's three years at least"""

    retention_books_days: Annotated[int, Field(ge=1096)] = 10_958
    """days that payments and ledger are kept of returns that are gone: 30 years; at least 1096"""
