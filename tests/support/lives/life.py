"""One life: a seed decides all that happens in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from tests.support.lives.generators import Choice, Maker, Report
from tests.support.lives.laws import at_the_end
from tests.support.lives.next_steps import ANY, DOOR, POST, NextSteps, Ready
from tests.support.lives.performer import Doer, Performer, Seen, Stage
from tests.support.lives.strays import Strays
from tests.support.lives.town import stored
from tests.support.world import START

MIN_STEPS, MAX_STEPS = 5, 13
MAX_END_STEPS = 60
FAR = timedelta(days=40)
PASSES = (
    *(timedelta(seconds=20), timedelta(minutes=6), timedelta(hours=3), timedelta(hours=11)),
    *(timedelta(days=1), timedelta(days=4), timedelta(days=15)),
)
LATE = (timedelta(), timedelta(seconds=1), timedelta(hours=5))
# What comes next, how often of 100 times
STEPS = {
    "onward": 58,
    "strays": 17,
    "again": 10,
    "relents": 5,
    "files": 2,
    "passes": 2,
    "work": 2,
    "restart": 2,
    "resend": 2,
}
REMEMBERED = {
    "event": "SELECT DISTINCT kind FROM events WHERE topic LIKE 'ret_%'",
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


class LifeFailedError(AssertionError):
    """Names the seed, and all that happened."""


class Life:
    def __init__(self, stage: Stage, seed: int, seen: Seen) -> None:
        self._stage = stage
        self._seed = seed
        self._random = Random(seed)
        bent = self._random.choice((ANY, ANY, DOOR, DOOR, POST))
        stage.clock.at = START + timedelta(minutes=self._random.randint(-90, 660))
        stage.town.found(self._random, trusted=bent != ANY)
        self._performer = Performer(stage, self._random, seen)
        self._maker = Maker(self._random, stage.policy, stage.clock.now)
        self._next_steps = NextSteps(self._maker, bent)
        self._strays = Strays(self._maker)
        self._steps = {
            "onward": self._go_on,
            "strays": self._stray,
            "again": self._again,
            "relents": self._performer.bank_relents,
            "files": self._file,
            "passes": self._pass,
            "work": self._performer.work,
            "restart": self._performer.restart,
            "resend": self._performer.resend,
        }

    @property
    def story(self) -> list[str]:
        return self._performer.story

    async def live(self) -> None:
        try:
            for _ in range(self._random.randint(MIN_STEPS, MAX_STEPS)):
                await self._step()
            await self._end()
        except Exception as error:
            raise LifeFailedError(self._tale(error)) from error

    def _tale(self, error: Exception) -> str:
        again = f"to live it again: python -m tests.support.lives {self._seed}"
        steps = [f"  {number}. {line}" for number, line in enumerate(self.story, 1)]
        title = f"life {self._seed}: {type(error).__name__}: {error}"
        return "\n".join([title, again, *steps])

    async def _step(self) -> None:
        if not self._performer.snapshot.returns or self._random.random() < 0.05:
            await self._open()
        else:
            what = self._random.choices(list(STEPS), list(STEPS.values()))[0]
            await self._steps[what]()

    async def _open(self) -> None:
        await self._performer.do(self._strays.opening(self._performer.snapshot))

    async def _go_on(self) -> None:
        """Something that can happen now, or else time goes on."""
        pressing, ready = list(self._pressing()), self._next_steps.ready(self._performer.snapshot)
        if pressing and (not ready or self._random.random() < 0.3):
            await self._random.choice(pressing)()
        elif ready and self._random.random() < 0.85:
            await self._do(self._next_steps.one_of(ready))
        elif self._random.random() < 0.85:
            await self._to_next()
        else:
            await self._open()

    async def _do(self, choice: Choice) -> None:
        """A report perhaps when it is no news any more."""
        if isinstance(choice, Report):
            choice = self._maker.delayed(choice)
        await self._performer.do(choice)

    def _pressing(self) -> Iterator[Doer]:
        if self._is_due():
            yield self._performer.work
        if self._performer.bank.pending:
            yield self._performer.bank_decides
        if self._performer.bank.to_report:
            yield self._performer.bank_reports

    def _is_due(self) -> bool:
        return any(at <= stored(self._stage.clock.at) for at in self._performer.snapshot.moments)

    async def _again(self) -> None:
        """An old report in a new event, an event that came already, or a key that was used."""
        events, acts = self._performer.events, self._performer.acts
        if events and self._random.random() < 0.4:
            await self._performer.do(self._random.choice(events).report.anew)
        elif events and (not acts or self._random.random() < 0.4):
            await self._performer.repeat_event(self._random.choice(events))
        elif acts:
            what = self._random.choice(list(dict.fromkeys(one.act.what for one in acts)))
            same = [one for one in acts if one.act.what == what]
            await self._performer.repeat_act(self._random.choice(same))

    async def _stray(self) -> None:
        await self._do(self._strays.stray(self._performer.snapshot))

    async def _file(self) -> None:
        """The shop's nightly file tells what its webhooks have, or more."""
        await self._performer.file(self._strays.nightly(self._performer.snapshot))

    async def _pass(self) -> None:
        await self._performer.wait(self._random.choice(PASSES))

    async def _to_next(self) -> None:
        """To a deadline, or a little behind it."""
        now = stored(self._stage.clock.at)
        if ahead := sorted(at for at in self._performer.snapshot.moments if at > now):
            at = datetime.fromisoformat(self._random.choice(ahead))
            await self._performer.wait(at + self._random.choice(LATE) - self._stage.clock.at)
            await self._performer.work()

    async def _end(self) -> None:
        """All that waits is let go."""
        self._performer.calm = True
        for _ in range(MAX_END_STEPS):
            if not await self._let_go():
                break
        left = list(at_the_end(self._performer.snapshot))
        if left:
            raise AssertionError("\n".join(left))
        self._remember()

    async def _let_go(self) -> bool:
        """Whether anything waited."""
        if pressing := list(self._pressing()):
            await pressing[-1]()
        elif any(one.dead_at for one in self._performer.snapshot.messages):
            await self._performer.resend()
        elif self._performer.snapshot.moments:
            await self._wait_for_all()
        elif ready := self._last_acts():
            await self._act_at_last(self._next_steps.one_of(ready))
        else:
            return False
        return True

    async def _wait_for_all(self) -> None:
        """One after the other, or for so long that all is late."""
        far = self._random.random() < 0.5
        at = datetime.fromisoformat((max if far else min)(self._performer.snapshot.moments))
        await self._performer.wait(at + FAR * far - self._stage.clock.at)

    async def _act_at_last(self, choice: Choice) -> None:
        """Perhaps twice."""
        await self._performer.do(choice)
        if self._random.random() < 0.3:
            await self._performer.do(choice.anew)
        if self._performer.acts and self._random.random() < 0.6:
            await self._performer.repeat_act(self._performer.acts[-1])

    def _last_acts(self) -> list[Ready]:
        """Of what has no deadline; some shoppers owe for ever."""
        ready = self._next_steps.ready(self._performer.snapshot)
        return ready if self._seed % 4 or self._performer.snapshot.open_returns else []

    def _remember(self) -> None:
        for kind, statement in REMEMBERED.items():
            for row in self._stage.observer.rows(statement):
                self._performer.see(f"{kind}: {' '.join(map(str, row))}")
