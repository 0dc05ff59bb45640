"""Doing things, and judging what came of each: the laws hold after every step."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bff.domain.policy.model import Policy
from bff.partners.outbound.gateways import Gateways
from tests.support.invariants import COUNTS_SQL, INVARIANTS
from tests.support.lives.bank import HEARS, MOODS, OTHERS, WELL, Bank, Others
from tests.support.lives.generators import Ask, Choice, Tell
from tests.support.lives.inline import Drive
from tests.support.lives.laws import Step, broken, retried, states
from tests.support.lives.observations import Eye, Sight
from tests.support.lives.program import DONE, KILLED, REPLAYED, Program
from tests.support.lives.town import Town
from tests.support.world import FakeClock

LONGEST_FUSE = 30

Seen = Counter[str]


@dataclass
class Stage:
    """Where lives are lived, one after another. `faults`: what was logged as one."""

    drive: Drive
    clock: FakeClock
    town: Town
    eye: Eye
    policy: Policy
    faults: list[str]


@dataclass(frozen=True)
class Told:
    event_id: str
    at: datetime
    tell: Tell


@dataclass(frozen=True)
class Asked:
    key: str
    ask: Ask
    answer: Mapping[str, Any] | None


class Doing:
    """`calm`: nobody fails and nothing is killed any more."""

    def __init__(self, stage: Stage, random: Random, seen: Seen) -> None:
        self.story: list[str] = []
        self.asked: list[Asked] = []
        self.told: list[Told] = []
        self.calm = False
        self.sight = stage.eye.look()
        self._stage = stage
        self._random = random
        self._seen = seen
        self._keys = 0
        self.bank = Bank(lambda: self._mood(MOODS, WELL), stage.drive.fuse.blow, self.see)
        others = Others(lambda: self._mood(OTHERS, {HEARS: 1}), self.see)
        self._program = Program(stage.drive, stage.clock, Gateways(others, others, self.bank))
        stage.faults.clear()

    def _mood(self, moods: Mapping[str, int], calm: Mapping[str, int]) -> str:
        weights = calm if self.calm else moods
        return self._random.choices(list(weights), list(weights.values()))[0]

    def see(self, what: str) -> None:
        self._seen[what] += 1

    async def do(self, choice: Choice) -> None:
        if isinstance(choice, Ask):
            self._keys += 1
            await self._ask(f"k{self._keys}", choice)
        else:
            told = Told(f"evt_{len(self.told) + 1}", self._stage.clock.at, choice)
            self.told.append(told)
            await self._tell(told, self.sight)

    async def _ask(self, key: str, ask: Ask) -> None:
        """Whoever is killed in the middle of it asks again."""
        eye = self._stage.eye
        version, counts = eye.version, eye.counts()
        outcome = await self._perhaps_killed(self._asking(key, ask))
        self._note(f"{ask.shopper} asks {key} {ask.what} {dict(ask.given)}", outcome)
        if outcome == KILLED:
            self.look()
            await self._ask(key, ask)
            return
        self.see(f"{ask.what}: {outcome}")
        self._check(not ask.must or outcome in {*ask.must, REPLAYED}, "that must be possible")
        same = eye.version == version or (eye.look() == self.sight and eye.counts() == counts)
        self._check(outcome == DONE or same, "it changed something")
        if outcome == "SlotFull":
            self._check(eye.is_full(ask.given["slot"]), "there is a place left")
        if outcome in (DONE, REPLAYED):
            self.asked.append(Asked(key, ask, self._program.answer))
        self.look()

    async def _asking(self, key: str, ask: Ask) -> str:
        """Sometimes with somebody's retry in the same commit."""
        doing = self._program.ask(ask.shopper, key, ask.what, ask.given)
        if not self.asked or self._random.random() < 0.75:
            return await doing
        other = self._random.choice(self.asked)
        retry = self._program.ask(other.ask.shopper, other.key, other.ask.what, other.ask.given)
        again, outcome = await asyncio.gather(retry, doing)
        self._check(again == REPLAYED, f"{other.key} at the same time: {again}")
        self.see("two at once")
        return outcome

    async def _tell(self, told: Told, before: Sight) -> None:
        tell = told.tell
        doing = self._program.hear(tell.partner, told.event_id, tell.what, tell.data, told.at)
        outcome = await self._perhaps_killed(doing)
        self._note(f"{tell.partner} tells {told.event_id} {tell.what} {dict(tell.data)}", outcome)
        self.look()
        if outcome == KILLED:
            await self._tell(told, before)
            return
        same = self.sight == before
        if outcome == "DONE":
            outcome = "known" if same else "changed"
        self._check(outcome == "changed" or same, "it changed something")
        self.see(f"{tell.what}: {outcome}")
        self._check(not tell.must or outcome in tell.must, "that must be possible")

    async def _perhaps_killed(self, doing: Awaitable[str]) -> str:
        """At a statement or a commit, and always by whatever dies on its own account."""
        killed = not self.calm and self._random.random() < 0.05
        self._stage.drive.fuse.lay(self._random.randint(1, LONGEST_FUSE) if killed else None)
        outcome = await self._program.until_killed(doing)
        self._stage.drive.fuse.lay(None)
        if outcome == KILLED:
            self.see("killed")
        return outcome

    async def ask_again(self, asked: Asked) -> None:
        """With a key that was used already: it is the same, or it is a conflict."""
        version, ask = self._stage.eye.version, asked.ask
        other = self._random.random() < 0.4
        given = {**ask.given, "other": True} if other else ask.given
        outcome = await self._program.ask(ask.shopper, asked.key, ask.what, given)
        self._note(f"{ask.shopper} asks {asked.key} again{' for more' * other}", outcome)
        self._check(outcome == ("IdempotencyConflict" if other else REPLAYED), "not the same")
        self._check(other or self._program.answer == asked.answer, "another answer")
        self._check(self._stage.eye.version == version, "it changed something")
        self.see(f"{ask.what}: {outcome}")

    async def tell_again(self, told: Told) -> None:
        version, tell = self._stage.eye.version, told.tell
        other = self._random.random() < 0.2
        at = told.at + timedelta(seconds=1) if other else told.at
        outcome = await self._program.hear(tell.partner, told.event_id, tell.what, tell.data, at)
        self._note(f"{told.event_id} comes again{' otherwise' * other}", outcome)
        self._check((outcome == "DifferentBodyError") == other, "not the same")
        self._check(self._stage.eye.version == version, "it changed something")
        self.see(f"an event again: {'another body' if other else 'the same'}")

    async def work(self) -> None:
        self._note("the worker works", await self._perhaps_killed(self._program.work()))
        self.look()

    async def restart(self) -> None:
        self._program.start()
        self._note("restart", DONE)
        self.see("a restart")

    async def resend(self) -> None:
        outcome = await self._program.resend()
        self._note("dead letters are resent", outcome)
        self.see(f"resent: {outcome}")
        self.look()

    async def bank_decides(self) -> None:
        """On what was pending."""
        payment = self._random.choice(list(self.bank.pending.values()))
        pays = self._random.random() < 0.7
        self.bank.decide(payment, pays=pays)
        self._note(f"the bank decides on {payment.id}", "paid" if pays else "declined")
        self.look()

    async def bank_tells(self) -> None:
        what, data = self.bank.to_tell.pop(self._random.randrange(len(self.bank.to_tell)))
        await self.do(Tell("payments", what, data))

    async def wait(self, by: timedelta) -> None:
        self._stage.clock.advance(by)
        self._note("time passes", str(by))

    def _note(self, what: str, outcome: str) -> None:
        self.story.append(f"{self._stage.clock.at:%d %b %H:%M:%S}: {what}: {outcome}")

    @staticmethod
    def _check(good: bool, told: str) -> None:
        if not good:
            raise AssertionError(told)

    def look(self) -> None:
        """And judge what is there."""
        before, self.sight = self.sight, self._stage.eye.look()
        step = Step(before, self.sight, self.bank, self._stage.policy)
        counts = self._stage.eye.rows(COUNTS_SQL)[0]
        bad = [str(law) for law, count in zip(INVARIANTS, counts, strict=True) if count]
        found = [*broken(step), *bad, *self._stage.faults]
        self._check(not found, "\n".join(found))
        for reached in states(self.sight):
            self.see(reached)
        if any(one.dead_at for one in self.sight.letters):
            self.see("a dead letter")
        if retried(before, self.sight):
            self.see("a payment is tried again")


Doer = Callable[[], Awaitable[None]]
