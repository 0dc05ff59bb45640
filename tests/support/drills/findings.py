"""What is wrong once a drill is over, read from the database."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from bff.core.clock import SystemClock
from bff.db.connection import Connection
from bff.db.engines import open_database
from bff.db.tables import events, ledger_entries, outbox, payments, returns
from bff.settings import Settings
from tests.support.drills.fleet import Member
from tests.support.drills.phone import Memory, Pushed
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage

# Each at most once in the life of a return that nobody disputes or cancels.
ONCE = (
    "RETURN_OPENED",
    "RETURN_APPROVED",
    "PICKUP_BOOKED",
    "PICKUP_ACCEPTED",
    "PICKUP_COLLECTED",
    "PICKUP_WEIGHED",
    "WAYBILL_SUBMITTED",
    "REFUND_ADVANCED",
    "GOODS_RECEIVED",
    "RETURN_SUCCEEDED",
    "REFUND_SETTLED",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds: returns by line, kinds of events by return."""

    returns: Mapping[str, list[str]]
    events: Mapping[str, list[str]]


async def read_kept(settings: Settings) -> Kept:
    db = open_database(settings.address, SystemClock())
    async with db.read() as connection:
        kept = Kept(await _returns(connection), await _events(connection))
    await db.close()
    return kept


async def _returns(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line, return_id in await connection.execute(select(returns.c.order_line_id, returns.c.id)):
        found.setdefault(line, []).append(return_id)
    return found


async def _events(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    log = select(events.c.topic, events.c.kind).order_by(events.c.topic, events.c.id)
    for topic, kind in await connection.execute(log):
        found.setdefault(topic, []).append(kind)
    return found


def lost_or_doubled(acknowledged: Mapping[str, str], kept: Kept) -> Iterator[str]:
    """`acknowledged`: by line, the return that its phone was answered."""
    for line, return_id in acknowledged.items():
        if kept.returns.get(line) != [return_id]:
            yield f"{line}: acknowledged {return_id}, kept {kept.returns.get(line)}"
    for line, opened in kept.returns.items():
        if len(opened) > 1:
            yield f"{line}: returned {len(opened)} times"


def wrongly_pushed(pushed: Mapping[str, Pushed], kept: Kept) -> Iterator[str]:
    """`pushed`: by return. Its events are numbered from 1."""
    for return_id, seen in pushed.items():
        written = kept.events.get(return_id, [])
        if seen.kinds != written[seen.after :][: len(seen.kinds)]:
            yield f"{return_id}: pushed after {seen.after} {seen.kinds}, written {written}"
        repeated = [kind for kind, count in Counter(written).items() if count > 1]
        if again := sorted({*repeated} & {*ONCE}):
            yield f"{return_id}: more than once {again}"


async def unbalanced(settings: Settings) -> list[str]:
    """Money that does not add up, or was paid twice; messages that are dead."""
    db = open_database(settings.address, SystemClock())
    amount, currency = func.sum(ledger_entries.c.amount_minor), ledger_entries.c.currency
    paid_twice = (
        select(payments.c.subject_id, payments.c.kind)
        .where(payments.c.status == "SUCCEEDED")
        .group_by(payments.c.subject_id, payments.c.kind)
        .having(func.count() > 1)
    )
    async with db.read() as connection:
        sums = await connection.execute(select(currency, amount).group_by(currency))
        twice = await connection.execute(paid_twice)
        dead = await connection.execute(select(outbox.c.id).where(outbox.c.dead_at.is_not(None)))
    await db.close()
    return [
        *(f"the ledger of {code} sums to {total}" for code, total in sums if total),
        *(f"{kind} of {subject} is paid twice" for subject, kind in twice),
        *(f"message {one} is dead" for one in dead.scalars()),
    ]


async def judge(report: Report, stage: Stage, memory: Memory) -> None:
    """All that holds after any drill."""
    settings = stage.parsed
    kept = await read_kept(settings)
    report.figures |= {
        "taps acknowledged": str(len(memory.acknowledged)),
        "events pushed": str(sum(len(seen.kinds) for seen in memory.pushed.values())),
        "cut or refused, and tried again": str(dict(memory.answers.seen)),
    }
    report.check("lost or doubled", list(lost_or_doubled(memory.acknowledged, kept)))
    report.check("pushed otherwise than written", list(wrongly_pushed(memory.pushed, kept)))
    report.check("answered wrongly", memory.answers.wrong)
    report.check("money", await unbalanced(settings))
    report.check("audit", await audit(stage))


async def audit(stage: Stage) -> list[str]:
    """What `bff audit` finds."""
    with (stage.folder / "audit.log").open("a+b") as log:
        member = Member("audit", ("audit",), stage, log)
        status = await member.run()
        log.seek(0)
        return [f"{status}: {log.read().decode()[-3000:]}"] if status else []
