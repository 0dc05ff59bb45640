"""Malformed input is refused with a message, changes nothing, and shows nothing of others."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import jwt
from graphql import GraphQLObjectType, build_schema
from websockets.exceptions import ConnectionClosed

from bff.graphql.schema import printed
from bff.http.auth import ALGORITHM, AUDIENCE
from tests.support.attacks import Attack, attacks, changed, every
from tests.support.database import dump
from tests.support.operations import Operation, mutations, operations
from tests.support.raw_client import (
    SECRETS,
    bare_socket,
    close_code,
    data_of,
    http_client,
    json_body,
    post,
)
from tests.support.sample_shopper import sample_shopper
from tests.support.world import World

CHANGING = ("date", "content-length")
STATUSES = {200, 400, 401, 413}


def forged(world: World, shopper: str) -> dict[str, str]:
    """Tokens that are no good, by what is wrong with them."""
    now = datetime.now(UTC)
    secret = world.services.settings.token_secret
    good = {"sub": shopper, "aud": AUDIENCE, "exp": now + timedelta(hours=1)}
    mine = jwt.encode(good, secret, ALGORITHM)
    head, claims, signature = mine.split(".")
    return {
        "another secret": jwt.encode(good, "another secret, of 32 characters or more", ALGORITHM),
        "alg none": jwt.encode(good, None, "none"),
        "another algorithm": jwt.encode(good, secret * 2, "HS512"),
        "another audience": jwt.encode(good | {"aud": "another-bff"}, secret, ALGORITHM),
        "no audience": jwt.encode({"sub": shopper, "exp": good["exp"]}, secret, ALGORITHM),
        "no subject": jwt.encode({"aud": AUDIENCE, "exp": good["exp"]}, secret, ALGORITHM),
        "no end": jwt.encode({"sub": shopper, "aud": AUDIENCE}, secret, ALGORITHM),
        "end in words": jwt.encode(good | {"exp": "never"}, secret, ALGORITHM),
        "expired": jwt.encode(good | {"exp": now - timedelta(seconds=1)}, secret, ALGORITHM),
        "no signature": f"{head}.{claims}.",
        "half": mine[: len(mine) // 2],
        "other claims": f"{head}.{claims[:-4]}AAAA.{signature}",
        "garbage": "garbage",
        "dots": "..",
        "long": "A" * 8_000,
    }


async def test_malformed_input_changes_nothing(server: World) -> None:
    async with http_client(server) as http:
        mine, other = await sample_shopper(server, http), await sample_shopper(server, http)
        tokens = {"mine": server.token(mine.shopper), "": None} | forged(server, mine.shopper)
        names = [name for name in tokens if name != "mine"]
        table = attacks(mine, other, names)
        before = await dump(server.db)
        subscribing = [one for one in table if "subscription" in one.document]
        asking = [one for one in table if "subscription" not in one.document]
        wrong = await effects_over_http(http, asking, tokens)
        wrong += await watched(server, subscribing, tokens)
        after = await dump(server.db)
    assert len(table) >= 1_000
    assert len(subscribing) >= 50
    assert wrong == []
    assert after == before


async def test_every_valid_mutation_succeeds(server: World) -> None:
    """Or the table would prove nothing: what it changes is all that is wrong with it."""
    async with http_client(server) as http:
        mine = await sample_shopper(server, http)
        known = mutations(mine)
        for name, this in known.items():
            variables = this.good | {"key": name}
            answer = await data_of(http, server.token(mine.shopper), this.document, **variables)
            [answer_value] = answer.values()
            assert answer_value["__typename"].endswith("Success"), (name, answer_value)
    offered = cast("GraphQLObjectType", build_schema(printed()).mutation_type)
    assert set(offered.fields) <= known.keys()


async def effects_over_http(
    http: httpx.AsyncClient, table: list[Attack], tokens: dict[str, str | None]
) -> list[str]:
    """What was answered otherwise than it should be."""
    wrong = []
    for one in table:
        answer = await post(http, json_body(one.document, one.variables), tokens[one.token])
        refused = one.token not in ("mine", "")
        if finding := finding_of(answer, refused=refused):
            wrong.append(f"{one.name}: {finding}: {answer.status_code} {answer.text:.200}")
    return wrong


def finding_of(answer: httpx.Response, *, refused: bool) -> str | None:
    if answer.status_code not in STATUSES or refused != (answer.status_code == 401):
        return "status"
    if answer.headers["content-type"] != "application/json":
        return "no JSON"
    return finding_in(answer.text, answer.json())


def finding_in(text: str, answer: Any) -> str | None:
    if any(secret in text for secret in SECRETS) or '"FAULT"' in text:
        return "tells too much"
    if 'Success"' in text:
        return "done"
    errors = answer.get("errors", [])
    return None if answer.keys() <= {"data", "errors"} and all(map(is_error, errors)) else "form"


def is_error(error: Any) -> bool:
    known = {"message", "locations", "path", "extensions"}
    return bool(error.keys() <= known and isinstance(error["message"], str))


async def watched(world: World, table: list[Attack], tokens: dict[str, str | None]) -> list[str]:
    wrong = []
    for one in table:
        if one.token != "mine":
            code = await rejected(world, tokens[one.token])
            wrong += [] if code == 4403 else [f"{one.name}: {code}"]
    trusted = [one for one in table if one.token == "mine"]
    return wrong + await subscribed(world, tokens["mine"], trusted)


async def rejected(world: World, token: str | None) -> int | None:
    async with bare_socket(world) as socket:
        await socket.send(type="connection_init", payload={"token": token} if token else {})
        code, _ = await close_code(socket.connection)
    return code


async def subscribed(world: World, token: str | None, table: list[Attack]) -> list[str]:
    """One after the other; each ends with an error, none ends the socket, unless it is no JSON."""
    wrong = []
    for one in table:
        async with bare_socket(world) as socket:
            await socket.send(type="connection_init", payload={"token": token})
            await socket.receive()
            await socket.subscribe(one.document, **one.variables)
            messages = [message async for message in until_over(socket)]
        if finding := finding_of_messages(messages):
            wrong.append(f"{one.name}: {finding}: {messages}")
    return wrong


async def until_over(socket: Any) -> AsyncIterator[Any]:
    with suppress(ConnectionClosed):
        async for text in socket.connection:
            yield text
            if '"type":"complete"' in text or '"type":"error"' in text:
                return
    yield f"closed {socket.connection.close_code}"


def finding_of_messages(messages: list[str]) -> str | None:
    if any(secret in text for secret in SECRETS for text in messages):
        return "tells too much"
    if messages == ["closed 4400"]:
        return None
    refused = any('"errors":[' in text or '"type":"error"' in text for text in messages)
    return None if refused else "done"


async def test_objects_of_others_look_like_objects_that_do_not_exist(server: World) -> None:
    async with http_client(server) as http:
        mine, other = await sample_shopper(server, http), await sample_shopper(server, http)
        known = operations(mine)
        lookups = [
            (known[name], path, identifier)
            for name, path in every(known, "ID")
            for identifier in one_of_each_type(other.ids)
        ]
        for token in (server.token(mine.shopper), None):
            for operation, path, identifier in lookups:
                await compare(server, http, token, operation, path, identifier)


def one_of_each_type(ids: list[str]) -> list[str]:
    return list({identifier.partition("_")[0]: identifier for identifier in ids}.values())


async def compare(
    world: World,
    http: httpx.AsyncClient,
    token: str | None,
    operation: Operation,
    path: str,
    identifier: str,
) -> None:
    """Byte for byte the same, but for the id."""
    ask = watch if "subscription" in operation.document else refusal_of
    unknown = identifier[:-1] + "#"
    theirs, nobodys = [
        (await ask(world, http, token, operation, changed(operation.good, path, one))).replace(
            one, "ID"
        )
        for one in (identifier, unknown)
    ]
    assert theirs == nobodys
    assert "FAULT" not in theirs


async def refusal_of(
    _world: World,
    http: httpx.AsyncClient,
    token: str | None,
    operation: Operation,
    variables: dict[str, Any],
) -> str:
    answer = await post(http, json_body(operation.document, variables), token)
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    return f"{answer.status_code} {headers} {answer.text}"


async def watch(
    world: World,
    _http: httpx.AsyncClient,
    token: str | None,
    operation: Operation,
    variables: dict[str, Any],
) -> str:
    async with bare_socket(world) as socket:
        await socket.send(type="connection_init", payload={"token": token} if token else {})
        await socket.subscribe(operation.document, **variables)
        return "".join([message async for message in until_over(socket)])
