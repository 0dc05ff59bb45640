"""Pauses grow by a factor up to a maximum, and spread by the key."""

from datetime import timedelta

import pytest

from bff.jobs import retry
from bff.jobs.retry import RetryPolicy

POLICIES = {"timers": retry.TIMERS, "outbox": retry.OUTBOX, "inbox": retry.INBOX}


def seconds(policy: RetryPolicy, failures: int) -> list[float]:
    """Without jitter."""
    plain = RetryPolicy(policy.first, policy.factor, policy.maximum)
    return [plain.pause(earlier).total_seconds() for earlier in range(failures)]


@pytest.mark.parametrize(
    ("name", "pauses"),
    [
        ("timers", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]),
        ("outbox", [1, 3, 9, 27, 81, 243, 729, 2187, 3600, 3600, 3600, 3600]),
        ("inbox", [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]),
    ],
)
def test_pauses_grow_up_to_the_maximum(name: str, pauses: list[float]) -> None:
    assert seconds(POLICIES[name], len(pauses)) == pauses


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_after_any_number_of_failures_the_pause_is_the_maximum(policy: RetryPolicy) -> None:
    longest = policy.maximum * (1 + policy.jitter)
    assert policy.maximum <= policy.pause(1_000_000, "key") <= longest


def test_jitter_spreads_keys_over_its_share_and_is_the_same_for_the_same_key() -> None:
    policy = RetryPolicy(timedelta(seconds=10), 2, timedelta(hours=1), jitter=0.1)
    pauses = [policy.pause(0, f"key {number}") for number in range(200)]
    assert pauses == [policy.pause(0, f"key {number}") for number in range(200)]
    assert len(set(pauses)) > 190
    assert timedelta(seconds=10) <= min(pauses) < timedelta(seconds=10.1)
    assert timedelta(seconds=10.9) < max(pauses) < timedelta(seconds=11)


def test_without_jitter_all_keys_pause_as_long() -> None:
    assert {retry.INBOX.pause(0, key) for key in ("a", "b")} == {timedelta(seconds=30)}
