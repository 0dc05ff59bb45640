"""Performs the acts and reports of a life, and checks the laws after every step."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bff.domain.payments.model import PaymentStatus
from bff.domain.policy.model import Policy
from bff.domain.returns.transitions.returns import STOP_SHIPPING
from bff.importer.validation import ImportBatch
from bff.partners.outbound.gateways import Gateways
from tests.support.invariants import COUNTS_SQL, ROW_LAWS
from tests.support.lives.bank import ACCEPTS, CALM_MOODS, MOODS, OTHER_MOODS, Bank, OtherPartners
from tests.support.lives.generators import Act, Choice, Report
from tests.support.lives.inline_database import Drive
from tests.support.lives.laws import retried, states, violations
from tests.support.lives.observations import Observer, Snapshot
from tests.support.lives.program import DONE, KILLED, REPLAYED, Acted, Answer, Program
from tests.support.lives.step import Step
from tests.support.lives.town import Town
from tests.support.world import FakeClock

MAX_FUSE_LENGTH = 30

Seen = Counter[str]


@dataclass
class Stage:
    """Where lives are lived, one after another. `faults`: what was logged as one.

    `open_program` takes a life's partners and its chance.
    """

    drive: Drive
    clock: FakeClock
    town: Town
    observer: Observer
    policy: Policy
    faults: list[str]
    open_program: Callable[[Gateways, Random], Program]


@dataclass(frozen=True)
class SentEvent:
    event_id: str
    at: datetime
    report: Report


@dataclass(frozen=True)
class PerformedAct:
    key: str
    act: Act
    answer: Mapping[str, Any] | None


class Performer:
    """`calm`: nobody fails and nothing is killed any more."""

    def __init__(self, stage: Stage, random: Random, seen: Seen) -> None:
        self.story: list[str] = []
        self.acts: list[PerformedAct] = []
        self.events: list[SentEvent] = []
        self.calm = False
        self.snapshot = stage.observer.look()
        self._stage = stage
        self._random = random
        self._seen = seen
        self._keys = self._sent = 0
        self._answer: Answer | None = None
        self.bank = Bank(lambda: self._mood(MOODS, CALM_MOODS), stage.drive.fuse.blow, self.see)
        others = OtherPartners(lambda: self._mood(OTHER_MOODS, {ACCEPTS: 1}), self.see)
        self._program = stage.open_program(Gateways(others, others, self.bank), random)
        stage.faults.clear()

    def _mood(self, moods: Mapping[str, int], calm: Mapping[str, int]) -> str:
        weights = calm if self.calm else moods
        return self._random.choices(list(weights), list(weights.values()))[0]

    def see(self, what: str) -> None:
        self._seen[what] += 1

    async def do(self, choice: Choice) -> None:
        if isinstance(choice, Act):
            self._keys += 1
            await self._act(f"k{self._keys}", choice)
        else:
            at = self._stage.clock.at - choice.delay
            self._sent += 1
            await self._report(SentEvent(f"evt_{self._sent}", at, choice), self.snapshot)

    async def _act(self, key: str, act: Act) -> None:
        """Repeated where the program was killed in the middle of it."""
        observer = self._stage.observer
        version, counts = observer.version, observer.counts()
        outcome = await self._run_until_killed(self._act_among_others(key, act))
        self._note(f"{act.shopper} asks {key} {act.what} {dict(act.given)}", outcome)
        if outcome == KILLED:
            self.look()
            await self._act(key, act)
            return
        self.see(f"{act.what}: {outcome}")
        self._check(not act.must or outcome in {*act.must, REPLAYED}, "that must be possible")
        same = observer.version == version or (
            observer.look() == self.snapshot and observer.counts() == counts
        )
        self._check(outcome == DONE or same, "it changed something")
        if outcome == "SlotFull":
            self._check(observer.is_full(act.given["slot"]), "there is a place left")
        if outcome in (DONE, REPLAYED):
            self.acts.append(PerformedAct(key, act, self._answer))
        self.look()

    async def _act_among_others(self, key: str, act: Act) -> str:
        """Sometimes with somebody's retry in the same commit."""
        work = self._answered(self._program.act(act.shopper, key, act.what, act.given))
        if not self.acts or self._random.random() < 0.75:
            return await work
        other = self._random.choice(self.acts)
        retry = self._program.act(other.act.shopper, other.key, other.act.what, other.act.given)
        again, outcome = await asyncio.gather(retry, work)
        self._check(again.outcome == REPLAYED, f"{other.key} at the same time: {again.outcome}")
        self.see("two at once")
        return outcome

    async def _answered(self, work: Awaitable[Acted]) -> str:
        """What came of it; its answer is kept."""
        outcome, self._answer = await work
        return outcome

    async def _report(self, event: SentEvent, before: Snapshot) -> None:
        report = event.report
        work = self._program.receive_event(
            report.partner, event.event_id, report.what, report.data, event.at
        )
        outcome = await self._run_until_killed(work)
        self._note(
            f"{report.partner} tells {event.event_id} {report.what} {dict(report.data)}", outcome
        )
        self.look()
        if outcome == KILLED:
            await self._report(event, before)
            return
        same = self.snapshot == before or _is_flagged(before, self.snapshot)
        if outcome == "DONE":
            outcome = "known" if same else "changed"
        self._check(outcome == "changed" or same, "it changed something")
        self.see(f"{report.what}: {outcome}")
        if outcome != "INVALID_PAYLOAD":  # which is not stored
            self.events.append(event)
        self._check(not report.must or outcome in report.must, "that must be possible")

    async def _run_until_killed(self, work: Awaitable[str]) -> str:
        """At a statement or a commit, and always by whatever dies on its own account."""
        killed = not self.calm and self._random.random() < 0.05
        self._stage.drive.fuse.lay(self._random.randint(1, MAX_FUSE_LENGTH) if killed else None)
        outcome = await self._program.until_killed(work)
        self._stage.drive.fuse.lay(None)
        if outcome == KILLED:
            self.see("killed")
        return outcome

    async def repeat_act(self, performed: PerformedAct) -> None:
        """With a key that was used already: it is the same, or it is a conflict."""
        version, act = self._stage.observer.version, performed.act
        other = self._random.random() < 0.4
        given = {**act.given, "other": True} if other else act.given
        outcome, answer = await self._program.act(act.shopper, performed.key, act.what, given)
        self._note(f"{act.shopper} asks {performed.key} again{' for more' * other}", outcome)
        self._check(outcome == ("IdempotencyConflict" if other else REPLAYED), "not the same")
        self._check(other or answer == performed.answer, "another answer")
        self._check(self._stage.observer.version == version, "it changed something")
        self.see(f"{act.what}: {outcome}")

    async def repeat_event(self, event: SentEvent) -> None:
        version, report = self._stage.observer.version, event.report
        other = self._random.random() < 0.2
        at = event.at + timedelta(seconds=1) if other else event.at
        outcome = await self._program.receive_event(
            report.partner, event.event_id, report.what, report.data, at
        )
        self._note(f"{event.event_id} comes again{' otherwise' * other}", outcome)
        self._check((outcome == "DifferentBodyError") == other, "not the same")
        self._check(self._stage.observer.version == version, "it changed something")
        self.see(f"an event again: {'another body' if other else 'the same'}")

    async def file(self, batch: ImportBatch) -> None:
        """Twice: the second time it changes nothing (P3)."""
        outcome = await self._run_until_killed(self._program.import_batch(batch))
        lines = [*(one.record.order_no for one in batch.orders), len(batch.returns)]
        self._note(f"the shop files {lines}", outcome)
        self.see(f"a file: {outcome}")
        self.look()
        if outcome != KILLED:
            before = self.snapshot
            await self._program.import_batch(batch)
            self.look()
            self._check(self.snapshot == before, "the same file again changed something")

    async def work(self) -> None:
        self._note("the worker works", await self._run_until_killed(self._program.work()))
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

    async def bank_relents(self) -> None:
        """On one that we know to have failed."""
        known = self.snapshot.payments
        failed = [known[key] for key in sorted(self.bank.declined & known.keys())]
        if failed := [one for one in failed if one.status is PaymentStatus.FAILED]:
            payment = self._random.choice(failed)
            self.bank.relent(payment)
            self._note(f"the bank relents on {payment.id}", "paid")
            self.see("the bank relents")
            self.look()

    async def bank_reports(self) -> None:
        what, data = self.bank.to_report.pop(self._random.randrange(len(self.bank.to_report)))
        await self.do(Report("payments", what, data))

    async def wait(self, by: timedelta) -> None:
        self._stage.clock.advance(by)
        self._note("time passes", str(by))

    def _note(self, what: str, outcome: str) -> None:
        self.story.append(f"{self._stage.clock.at:%d %b %H:%M:%S}: {what}: {outcome}")

    @staticmethod
    def _check(good: bool, message: str) -> None:
        if not good:
            raise AssertionError(message)

    def look(self) -> None:
        """And judge what is there."""
        before, self.snapshot = self.snapshot, self._stage.observer.look()
        step = Step(before, self.snapshot, self.bank, self._stage.policy)
        counts = self._stage.observer.rows(COUNTS_SQL)[0]
        broken = [law.name for law, count in zip(ROW_LAWS, counts, strict=True) if count]
        found = [*violations(step), *broken, *self._stage.faults]
        self._check(not found, "\n".join(found))
        for reached in states(self.snapshot):
            self.see(reached)
        if any(one.dead_at for one in self.snapshot.messages):
            self.see("a dead letter")
        if retried(before, self.snapshot):
            self.see("a payment is tried again")


def _is_flagged(before: Snapshot, after: Snapshot) -> bool:
    """Whether a refused report made nothing but a call: not to ship what is refunded."""
    calls = Counter(after.messages) - Counter(before.messages)
    flags = {one.message for one in calls} == {STOP_SHIPPING}
    return flags and replace(before, messages=after.messages) == after


Doer = Callable[[], Awaitable[None]]
