"""Each kind of webhook: one effect for any number of repeats, and none without a signature."""

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import timedelta

import httpx
import pytest

from bff.partners.inbound.reports import REPORTS
from tests.support.webhook_cases import OTHERS, WEBHOOK_CASES, Data, WebhookCase
from tests.support.webhook_sender import Sender, effects, envelope, open_sender
from tests.support.world import World

MINUTE = timedelta(minutes=1)
TEN_MEGABYTES = 10_000_000
SOME = 30
CHUNK = 50_000
Answer = Awaitable[httpx.Response]
every_webhook = pytest.mark.parametrize("case", WEBHOOK_CASES, ids=str)


def test_every_kind_of_event_has_a_case() -> None:
    kinds = {(partner, kind) for partner, reports in REPORTS.items() for kind in reports}
    assert {(case.partner, case.kind) for case in WEBHOOK_CASES} == kinds


@every_webhook
async def test_a_repeated_event_acts_once(server: World, case: WebhookCase) -> None:
    """At once from many connections; with another body; a day later, when it is signed anew."""
    async with open_sender(server) as sender:
        data, before = await case.make(sender), await effects(server)
        once = [sender.post(case.partner, case.kind, data, "evt") for _ in range(SOME)]
        answers = await asyncio.gather(*once)
        done = await effects(server)
        other = await sender.post(case.partner, case.kind, data | {"more": 1}, "evt")
        again = await repeated_in_another_event(sender, case, data)
        server.clock.advance(timedelta(days=1))
        answers.append(await sender.post(case.partner, case.kind, data, "evt"))
    assert {(each.status_code, each.text) for each in answers} == {(200, '{"status":"DONE"}')}
    assert (other.status_code, other.json()["code"]) == (409, "DIFFERENT_BODY")
    assert again in (200, 422)
    assert done != before
    assert await effects(server) == done


async def repeated_in_another_event(sender: Sender, case: WebhookCase, data: Data) -> int:
    """Known already, or without sense by now; but of stars each is a decision of its own."""
    if case.kind == "star_level.decided":
        return 200
    return (await sender.post(case.partner, case.kind, data)).status_code


@every_webhook
async def test_an_event_without_the_partners_signature_changes_nothing(
    server: World, case: WebhookCase
) -> None:
    async with open_sender(server) as sender:
        data = await case.make(sender)
        before, kept = await effects(server), len(await all_events(server))
        for reason, send in forged(sender, case, data):
            answer = await send
            assert (answer.status_code, answer.json()["code"]) == (401, "NOT_SIGNED"), reason
        await refuses_ten_megabytes(sender, case, data)
        assert (await effects(server), len(await all_events(server))) == (before, kept)
        await sender.tell(case.partner, case.kind, data)


async def refuses_ten_megabytes(sender: Sender, case: WebhookCase, data: Data) -> None:
    """The answer comes as soon as the body is over the limit: the rest is never read."""
    body = envelope(case.kind, data)
    headers = sender.headers(case.partner, body, "evt")
    large = body + b" " * (TEN_MEGABYTES - len(body))
    response = await sender.send(case.partner, large, headers)
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert await streamed(sender, case.partner, large, headers) < TEN_MEGABYTES / 2


async def all_events(world: World) -> list[int]:
    async with world.db.read() as connection:
        rows = await connection.execute("SELECT id FROM webhook_events")
        return [row.id for row in rows]


def forged(sender: Sender, case: WebhookCase, data: Data) -> Iterator[tuple[str, Answer]]:
    """Each with a name; the body is a good one."""
    body, now = envelope(case.kind, data), sender.world.clock.now()
    good = sender.headers(case.partner, body, "evt")
    others = sender.headers(OTHERS[case.partner], body, "evt")
    old = sender.headers(case.partner, body, "evt", now - 6 * MINUTE)
    future = sender.headers(case.partner, body, "evt", now + 6 * MINUTE)
    cut = {name: value for name, value in good.items() if name != "webhook-signature"}
    tried = {
        "another partner's secret": others,
        "old": old,
        "future": future,
        "old, dated now": old | {"webhook-timestamp": good["webhook-timestamp"]},
        "another id": good | {"webhook-id": "evt2"},
        "no signature": cut,
        "not base64": good | {"webhook-signature": "v1,***"},
        "no version": good | {"webhook-signature": good["webhook-signature"][3:]},
        "another version": good | {"webhook-signature": "v2" + good["webhook-signature"][2:]},
        "no moment": good | {"webhook-timestamp": "now"},
        "no id": good | {"webhook-id": ""},
    }
    for name, headers in tried.items():
        yield name, sender.send(case.partner, body, headers)
    yield "another body", sender.send(case.partner, body + b" ", good)


async def streamed(sender: Sender, partner: str, body: bytes, headers: dict[str, str]) -> int:
    """In chunks without a length, until an answer is there; how many bytes were sent."""
    host, _, port = sender.world.base.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST /webhooks/{partner} HTTP/1.1\r\nhost: {host}\r\n{lines}"
    writer.write(f"{start}transfer-encoding: chunked\r\n\r\n".encode())
    answer, sent = asyncio.create_task(reader.readline()), 0
    while sent < len(body) and not answer.done():
        chunk = body[sent : sent + CHUNK]
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
        await asyncio.sleep(0.001)
        sent += len(chunk)
    assert b"413" in await answer
    writer.close()
    return sent
