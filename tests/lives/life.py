"""One life: a seed decides all that happens in it, and the laws hold after every step."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bff.partners.gateways import Gateways
from bff.policy.model import Policy
from tests.books import BROKEN, COUNTS_SQL
from tests.lives import bank as moods
from tests.lives.bank import Bank, Others
from tests.lives.choosing import ANY, DOOR, POST, Ask, Choice, Chooser, Tell
from tests.lives.inline import Drive
from tests.lives.laws import Step, at_the_end, broken, states
from tests.lives.program import DONE, KILLED, REPLAYED, Program
from tests.lives.seeing import Eye, Sight
from tests.lives.town import Town, stored
from tests.world import START, FakeClock

BANK = {
    moods.PAYS: 12,
    moods.DECLINES: 5,
    moods.PENDS: 4,
    moods.FAILS: 1,
    moods.TIMES_OUT: 1,
    moods.PAYS_AND_TIMES_OUT: 2,
    moods.PAYS_AND_DIES: 2,
    moods.PAYS_AND_TELLS: 2,
    moods.REFUSES: 1,
}
PARTNERS = {moods.PAYS: 12, moods.FAILS: 1, moods.TIMES_OUT: 1, moods.REFUSES: 1}
CALM = (moods.PAYS, moods.PAYS, moods.PAYS, moods.DECLINES)
PASSES = tuple(
    timedelta(**{unit: count})
    for unit, count in (("seconds", 20), ("minutes", 6), ("hours", 3), ("hours", 11))
) + (timedelta(days=1), timedelta(days=4), timedelta(days=15))
LONGEST_END = 40
FAR = timedelta(days=40)

Seen = Counter[str]


class LifeFailedError(AssertionError):
    """Names the seed, and all that happened."""


@dataclass
class Stage:
    """Where lives are lived, one after another."""

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


class Life:
    def __init__(self, stage: Stage, seed: int, seen: Seen) -> None:
        self.story: list[str] = []
        self._stage = stage
        self._seed = seed
        self._seen = seen
        self._random = Random(seed)
        self._calm = False
        self._asked: list[Asked] = []
        self._told: list[Told] = []
        self._keys = 0
        stage.clock.at = START + timedelta(minutes=self._random.randint(-90, 660))
        bent = self._random.choice((ANY, ANY, DOOR, DOOR, POST))
        stage.town.found(self._random, trusted=bent != ANY)
        stage.faults.clear()
        self._bank = Bank(self._mood(BANK), stage.drive.fuse.blow, self._see)
        others = Others(self._mood(PARTNERS), self._see)
        gateways = Gateways(others, others, self._bank)
        self._program = Program(stage.drive, stage.clock, gateways)
        self._chooser = Chooser(self._random, stage.policy, stage.clock.now, bent)
        self._sight = stage.eye.look()

    def _mood(self, moods_: Mapping[str, int]) -> Callable[[], str]:
        names, weights = list(moods_), list(moods_.values())

        def chance() -> str:
            if self._calm:
                return self._random.choice(CALM)
            return self._random.choices(names, weights)[0]

        return chance

    def _see(self, what: str) -> None:
        self._seen[what] += 1

    async def live(self) -> None:
        try:
            for _ in range(self._random.randint(5, 13)):
                await self._step()
            await self._end()
        except Exception as error:
            raise LifeFailedError(self._tale(error)) from error

    def _tale(self, error: Exception) -> str:
        again = f"to live it again: python -m tests.lives {self._seed}"
        steps = "\n".join(f"  {number}. {told}" for number, told in enumerate(self.story, 1))
        return f"life {self._seed}: {type(error).__name__}: {error}\n{again}\n{steps}"

    async def _step(self) -> None:
        if not self._sight.returns or self._random.random() < 0.05:
            await self._do(self._chooser.opening(self._sight))
            return
        what = self._random.choices(list(STEPS), list(STEPS.values()))[0]
        await getattr(self, f"_{what}")()

    async def _onward(self) -> None:
        """Something that can happen now, or else time goes on."""
        pressing = list(self._pressing())
        ready = self._chooser.onward(self._sight)
        if pressing and (not ready or self._random.random() < 0.3):
            await self._random.choice(pressing)()
        elif ready and self._random.random() < 0.85:
            weights = [weight for weight, _ in ready]
            await self._do(self._random.choices(ready, weights)[0][1])
        elif self._random.random() < 0.85:
            await self._to_next()
        else:
            await self._do(self._chooser.opening(self._sight))

    def _pressing(self) -> Iterator[Callable[[], Any]]:
        if self._is_due():
            yield self._work
        if self._bank.pending:
            yield self._bank_decides
        if self._bank.to_tell:
            yield self._bank_tells

    def _is_due(self) -> bool:
        return any(at <= stored(self._stage.clock.at) for at in self._moments())

    def _moments(self) -> list[str]:
        """When the worker has something to do; what will be with somebody's stars is far off."""
        sight = self._sight
        deadlines = [at for known in sight.timers.values() for at in known.values()]
        letters: dict[str, str] = {}
        for one in sight.letters:
            if not one.dead_at:
                letters.setdefault(one.subject_id, one.due_at)
        return [*deadlines, *letters.values(), *sight.retries]

    async def _do(self, choice: Choice) -> None:
        if isinstance(choice, Ask):
            self._keys += 1
            await self._ask(f"k{self._keys}", choice)
        else:
            told = Told(f"evt_{len(self._told) + 1}", self._stage.clock.at, choice)
            self._told.append(told)
            await self._tell(told)

    async def _ask(self, key: str, ask: Ask) -> None:
        version = self._stage.eye.version
        doing = self._program.ask(ask.shopper, key, ask.what, ask.given)
        outcome = await self._perhaps_killed(doing)
        self._note(f"{ask.shopper} {ask.what} {dict(ask.given)}", outcome)
        if outcome == KILLED:
            self._look()
            await self._ask(key, ask)
            return
        self._seen[f"{ask.what}: {outcome}"] += 1
        self._check(not ask.must or outcome in {*ask.must, REPLAYED}, "that must be possible")
        if outcome in (DONE, REPLAYED):
            self._asked.append(Asked(key, ask, self._program.answer))
        if outcome != DONE:
            self._check(self._stage.eye.version == version, "it changed something")
        self._look()

    async def _tell(self, told: Told, since: Sight | None = None) -> None:
        tell, before = told.tell, since or self._sight
        doing = self._program.hear(tell.partner, told.event_id, tell.what, tell.data, told.at)
        outcome = await self._perhaps_killed(doing)
        self._note(f"{tell.partner} tells {told.event_id} {tell.what} {dict(tell.data)}", outcome)
        self._look()
        if outcome == KILLED:
            await self._tell(told, before)
            return
        if outcome == "DONE":
            outcome = "changed" if self._sight != before else "known"
        else:
            self._check(self._sight == before, "it changed something")
        self._seen[f"{tell.what}: {outcome}"] += 1
        self._check(not tell.must or outcome in tell.must, "that must be possible")

    async def _perhaps_killed(self, doing: Any) -> str:
        """At a statement or a commit, and always by whatever dies on its own account."""
        killed = not self._calm and self._random.random() < 0.05
        self._stage.drive.fuse.lay(self._random.randint(1, 30) if killed else None)
        outcome: str = await self._program.until_killed(doing)
        self._stage.drive.fuse.lay(None)
        if outcome == KILLED:
            self._see("killed")
        return outcome

    async def _again(self) -> None:
        """A key that was used already, or an event that was told already."""
        if self._told and self._random.random() < 0.4:
            await self._do(self._random.choice(self._told).tell.anew)
        elif self._told and (not self._asked or self._random.random() < 0.4):
            await self._tell_again(self._random.choice(self._told))
        elif self._asked:
            await self._ask_again(self._random.choice(self._asked))

    async def _ask_again(self, asked: Asked) -> None:
        version, ask = self._stage.eye.version, asked.ask
        other = self._random.random() < 0.3
        given = {**ask.given, "other": True} if other else ask.given
        outcome = await self._program.ask(ask.shopper, asked.key, ask.what, given)
        self._note(f"{ask.shopper} asks {asked.key} again{' for more' * other}", outcome)
        self._check(outcome == ("IdempotencyConflict" if other else REPLAYED), "not the same")
        self._check(other or self._program.answer == asked.answer, "another answer")
        self._check(self._stage.eye.version == version, "it changed something")
        self._seen[f"{ask.what}: {outcome}"] += 1

    async def _tell_again(self, told: Told) -> None:
        version, tell = self._stage.eye.version, told.tell
        other = self._random.random() < 0.2
        at = told.at + timedelta(seconds=1) if other else told.at
        outcome = await self._program.hear(tell.partner, told.event_id, tell.what, tell.data, at)
        self._note(f"{told.event_id} comes again{' otherwise' * other}", outcome)
        self._check((outcome == "DifferentBodyError") == other, "not the same")
        self._check(self._stage.eye.version == version, "it changed something")
        self._see(f"an event again: {'another body' if other else 'the same'}")

    async def _strays(self) -> None:
        await self._do(self._chooser.stray(self._sight))

    async def _passes(self) -> None:
        await self._wait(self._random.choice(PASSES))

    async def _to_next(self) -> None:
        """To a deadline, or a little behind it."""
        now = stored(self._stage.clock.at)
        if ahead := sorted(at for at in self._moments() if at > now):
            at = datetime.fromisoformat(self._random.choice(ahead))
            late = self._random.choice((timedelta(), timedelta(seconds=1), timedelta(hours=5)))
            await self._wait(at + late - self._stage.clock.at)
            await self._work()

    async def _wait(self, by: timedelta) -> None:
        self._stage.clock.advance(by)
        self._note("time passes", str(by))

    async def _work(self) -> None:
        outcome = await self._perhaps_killed(self._program.work())
        self._note("the worker works", outcome)
        self._look()

    async def _restarts(self) -> None:
        self._program.start()
        self._note("restart", DONE)
        self._see("a restart")

    async def _resends(self) -> None:
        outcome = await self._program.resend()
        self._note("dead letters are resent", outcome)
        self._seen[f"resent: {outcome}"] += 1
        self._look()

    async def _bank_decides(self) -> None:
        payment = self._random.choice(list(self._bank.pending.values()))
        pays = self._calm or self._random.random() < 0.7
        self._bank.decide(payment, pays=pays)
        self._note(f"the bank decides on {payment.id}", "paid" if pays else "declined")
        self._look()

    async def _bank_tells(self) -> None:
        what, data = self._bank.to_tell.pop(self._random.randrange(len(self._bank.to_tell)))
        await self._do(Tell("payments", what, data))

    async def _end(self) -> None:
        """All that waits is let go."""
        self._calm = True
        for _ in range(LONGEST_END):
            while self._bank.pending or self._bank.to_tell:
                await (self._bank_decides if self._bank.pending else self._bank_tells)()
            if any(one.dead_at for one in self._sight.letters):
                await self._resends()
            if not await self._let_go():
                break
        for told in at_the_end(self._sight):
            self._check(False, told)
        self._remember()

    async def _let_go(self) -> bool:
        """Whether anything waited."""
        if self._is_due():
            await self._work()
        elif moments := self._moments():
            far = self._random.random() < 0.5
            at = datetime.fromisoformat(max(moments) if far else min(moments))
            await self._wait(at + timedelta(days=40 * far) - self._stage.clock.at)
        elif ready := self._last_acts():
            await self._do(self._random.choice(ready))
            if self._random.random() < 0.3:
                await self._again()
        else:
            return False
        return True

    def _last_acts(self) -> list[Choice]:
        """Of what has no deadline; some shoppers owe for ever."""
        owing = self._seed % 2
        ready = [one for _, one in self._chooser.onward(self._sight)]
        return ready if owing or self._sight.open_returns else []

    def _remember(self) -> None:
        for kind, told in REMEMBERED.items():
            for row in self._stage.eye.rows(told):
                self._see(f"{kind}: {' '.join(map(str, row))}")

    def _note(self, what: str, outcome: str) -> None:
        self.story.append(f"{self._stage.clock.at:%d %b %H:%M:%S}: {what}: {outcome}")

    def _check(self, good: bool, told: str) -> None:
        if not good:
            raise AssertionError(told)

    def _look(self) -> None:
        """And judge what is there."""
        before, self._sight = self._sight, self._stage.eye.look()
        step = Step(before, self._sight, self._bank, self._stage.policy)
        counts = self._stage.eye.count(COUNTS_SQL)
        bad = [str(law) for law, count in zip(BROKEN, counts, strict=True) if count]
        found = [*broken(step), *bad, *self._stage.faults]
        self._check(not found, "\n".join(found))
        for reached in states(self._sight):
            self._see(reached)
        if any(one.dead_at for one in self._sight.letters):
            self._see("a dead letter")
        if retried(before, self._sight):
            self._see("a payment is tried again")


def retried(before: Sight, after: Sight) -> bool:
    return any(
        one.retry_at and not after.refunds[key].retry_at for key, one in before.refunds.items()
    )


# What comes next, how often of 100 times
STEPS = {
    "onward": 68,
    "strays": 15,
    "again": 8,
    "passes": 3,
    "work": 2,
    "restarts": 2,
    "resends": 2,
}
REMEMBERED = {
    "told": "SELECT DISTINCT kind FROM events WHERE topic LIKE 'ret_%'",
    "missed": "SELECT DISTINCT what FROM missed_deadlines",
    "closed": "SELECT DISTINCT close_reason FROM returns WHERE close_reason IS NOT NULL",
    "cancelled": "SELECT DISTINCT cancel_reason FROM pickups WHERE cancel_reason IS NOT NULL",
    "failed visit": "SELECT DISTINCT visit_failure FROM pickups WHERE visit_failure IS NOT NULL",
    "refused": "SELECT DISTINCT refused_because FROM returns WHERE refused_at IS NOT NULL",
    "behaviour": "SELECT DISTINCT kind FROM behaviours",
    "payment": "SELECT DISTINCT kind, status FROM payments",
    "posted": "SELECT DISTINCT posting FROM ledger_entries",
    "waited": "SELECT DISTINCT type, coalesce(code, status) FROM webhook_events"
    " WHERE ended_at > received_at",
    "payer": "SELECT DISTINCT payer FROM pickups",
}
