"""One life: a seed decides all that happens in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from tests.support.lives.actions import Doer, Doing, Seen, Stage
from tests.support.lives.anything import Anything
from tests.support.lives.generators import Choice, Maker
from tests.support.lives.laws import at_the_end
from tests.support.lives.onward import ANY, DOOR, POST, Onward, Ready
from tests.support.lives.town import stored
from tests.support.world import START

SHORTEST, LONGEST = 5, 13
LONGEST_END = 60
FAR = timedelta(days=40)
PASSES = (
    *(timedelta(seconds=20), timedelta(minutes=6), timedelta(hours=3), timedelta(hours=11)),
    *(timedelta(days=1), timedelta(days=4), timedelta(days=15)),
)
LATE = (timedelta(), timedelta(seconds=1), timedelta(hours=5))
# What comes next, how often of 100 times
STEPS = {
    "onward": 64,
    "strays": 18,
    "again": 10,
    "passes": 2,
    "work": 2,
    "restart": 2,
    "resend": 2,
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
        self._doing = Doing(stage, self._random, seen)
        maker = Maker(self._random, stage.policy, stage.clock.now)
        self._onward = Onward(maker, bent)
        self._anything = Anything(maker)
        self._steps = {
            "onward": self._go_on,
            "strays": self._stray,
            "again": self._again,
            "passes": self._pass,
            "work": self._doing.work,
            "restart": self._doing.restart,
            "resend": self._doing.resend,
        }

    @property
    def story(self) -> list[str]:
        return self._doing.story

    async def live(self) -> None:
        try:
            for _ in range(self._random.randint(SHORTEST, LONGEST)):
                await self._step()
            await self._end()
        except Exception as error:
            raise LifeFailedError(self._tale(error)) from error

    def _tale(self, error: Exception) -> str:
        again = f"to live it again: python -m tests.support.lives {self._seed}"
        steps = [f"  {number}. {told}" for number, told in enumerate(self.story, 1)]
        told = f"life {self._seed}: {type(error).__name__}: {error}"
        return "\n".join([told, again, *steps])

    async def _step(self) -> None:
        if not self._doing.sight.returns or self._random.random() < 0.05:
            await self._open()
        else:
            what = self._random.choices(list(STEPS), list(STEPS.values()))[0]
            await self._steps[what]()

    async def _open(self) -> None:
        await self._doing.do(self._anything.opening(self._doing.sight))

    async def _go_on(self) -> None:
        """Something that can happen now, or else time goes on."""
        pressing, ready = list(self._pressing()), self._onward.ready(self._doing.sight)
        if pressing and (not ready or self._random.random() < 0.3):
            await self._random.choice(pressing)()
        elif ready and self._random.random() < 0.85:
            await self._doing.do(self._onward.one_of(ready))
        elif self._random.random() < 0.85:
            await self._to_next()
        else:
            await self._open()

    def _pressing(self) -> Iterator[Doer]:
        if self._is_due():
            yield self._doing.work
        if self._doing.bank.pending:
            yield self._doing.bank_decides
        if self._doing.bank.to_tell:
            yield self._doing.bank_tells

    def _is_due(self) -> bool:
        return any(at <= stored(self._stage.clock.at) for at in self._doing.sight.moments)

    async def _again(self) -> None:
        """Old news in a new event, an event that came already, or a key that was used."""
        told, asked = self._doing.told, self._doing.asked
        if told and self._random.random() < 0.4:
            await self._doing.do(self._random.choice(told).tell.anew)
        elif told and (not asked or self._random.random() < 0.4):
            await self._doing.tell_again(self._random.choice(told))
        elif asked:
            what = self._random.choice(list(dict.fromkeys(one.ask.what for one in asked)))
            same = [one for one in asked if one.ask.what == what]
            await self._doing.ask_again(self._random.choice(same))

    async def _stray(self) -> None:
        await self._doing.do(self._anything.stray(self._doing.sight))

    async def _pass(self) -> None:
        await self._doing.wait(self._random.choice(PASSES))

    async def _to_next(self) -> None:
        """To a deadline, or a little behind it."""
        now = stored(self._stage.clock.at)
        if ahead := sorted(at for at in self._doing.sight.moments if at > now):
            at = datetime.fromisoformat(self._random.choice(ahead))
            await self._doing.wait(at + self._random.choice(LATE) - self._stage.clock.at)
            await self._doing.work()

    async def _end(self) -> None:
        """All that waits is let go."""
        self._doing.calm = True
        for _ in range(LONGEST_END):
            if not await self._let_go():
                break
        left = list(at_the_end(self._doing.sight))
        if left:
            raise AssertionError("\n".join(left))
        self._remember()

    async def _let_go(self) -> bool:
        """Whether anything waited."""
        if pressing := list(self._pressing()):
            await pressing[-1]()
        elif any(one.dead_at for one in self._doing.sight.letters):
            await self._doing.resend()
        elif self._doing.sight.moments:
            await self._wait_for_all()
        elif ready := self._last_acts():
            await self._act_at_last(self._onward.one_of(ready))
        else:
            return False
        return True

    async def _wait_for_all(self) -> None:
        """One after the other, or for so long that all is late."""
        far = self._random.random() < 0.5
        at = datetime.fromisoformat((max if far else min)(self._doing.sight.moments))
        await self._doing.wait(at + FAR * far - self._stage.clock.at)

    async def _act_at_last(self, choice: Choice) -> None:
        """Perhaps twice."""
        await self._doing.do(choice)
        if self._random.random() < 0.3:
            await self._doing.do(choice.anew)
        if self._doing.asked and self._random.random() < 0.6:
            await self._doing.ask_again(self._doing.asked[-1])

    def _last_acts(self) -> list[Ready]:
        """Of what has no deadline; some shoppers owe for ever."""
        ready = self._onward.ready(self._doing.sight)
        return ready if self._seed % 4 or self._doing.sight.open_returns else []

    def _remember(self) -> None:
        for kind, told in REMEMBERED.items():
            for row in self._stage.eye.rows(told):
                self._doing.see(f"{kind}: {' '.join(map(str, row))}")
