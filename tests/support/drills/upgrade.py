"""An upgrade under load: no request fails from the former version's server to the new one's."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
from rich.progress import Progress

from tests.support.buyers import Buyer
from tests.support.drills.findings import judge
from tests.support.drills.fleet import Member, new_fleet, running
from tests.support.drills.phone import Memory, Phone
from tests.support.drills.report import Report
from tests.support.drills.stage import Stage
from tests.support.program import ROOT

CLIENTS = 8
LINES_EACH = 400
PAUSE_S = 0.05  # between two taps of a phone
STEP_S = 3.0
NOWHERE = ""  # no courier comes
# Run with the former version's sources, whose tables it makes
CREATE = f"""
import asyncio, dataclasses, json, sys
from bff.settings import Settings
settings = Settings()
try:
    from tests.support.buyers import create_buyers
except ImportError:
    from benchmarks.stage import set_up
    made = asyncio.run(set_up(settings.database, {CLIENTS}, {LINES_EACH}))
else:
    made = asyncio.run(create_buyers(settings, {CLIENTS}, {LINES_EACH}))
print(json.dumps([dataclasses.asdict(one) for one in made]))
"""


async def drill(stage: Stage, former: str, progress: Progress) -> Report:
    """`former`: the commit of the version before."""
    sources = _checked_out(former, stage.folder / "former")
    fleet = new_fleet(stage, servers=2, workers=0)
    old, new = fleet.servers
    old.arguments = new.arguments = ("serve",)
    old.root = sources
    buyers = _created(old)
    fleet.servers = [old]
    memory, bar = Memory(), progress.add_task("Steps", total=4)
    async with running(fleet), httpx.AsyncClient(verify=False) as http:
        bases = [old.base]
        phones = [Phone(one.token, bases, http, memory) for one in buyers]
        clients = [
            asyncio.create_task(_tap_all(*each)) for each in zip(phones, buyers, strict=True)
        ]

        async def step() -> None:
            await asyncio.sleep(STEP_S)
            progress.advance(bar)

        await step()
        migrated = await Member("migrate", ("migrate",), stage, new.log).run()
        await step()
        fleet.servers.append(new)
        await new.start()
        await new.ready()
        bases.append(new.base)
        await step()
        bases.remove(old.base)
        await asyncio.sleep(STEP_S)  # what was sent to it is answered
        await old.stop()
        await step()
        for client in clients:
            client.cancel()
        ended = await asyncio.gather(*clients, return_exceptions=True)
    report = Report(f"An upgrade from {former} under the load of {CLIENTS} clients")
    report.check("bff migrate", [f"status {migrated}"] if migrated else [])
    report.check(
        "failed requests", [f"{name}: {count}" for name, count in memory.answers.seen.items()]
    )
    report.check("phones that ended", [repr(one) for one in ended if isinstance(one, Exception)])
    await judge(report, stage, memory)
    return report


def _checked_out(commit: str, folder: Path) -> Path:
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


def _created(old: Member) -> list[Buyer]:
    done = subprocess.run(
        [sys.executable, "-c", CREATE],
        cwd=old.root,
        env=old.environment,
        check=True,
        capture_output=True,
    )
    made = json.loads(done.stdout)
    return [Buyer(one["id"], one["token"], tuple(one["lines"]), NOWHERE) for one in made]


async def _tap_all(phone: Phone, buyer: Buyer) -> None:
    for line in buyer.lines:
        await phone.tap(line)
        await asyncio.sleep(PAUSE_S)
