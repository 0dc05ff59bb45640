"""What a drill has found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MAX_LINES = 10


@dataclass
class Report:
    """`checks`: by name, each line that is wrong."""

    title: str
    figures: dict[str, str] = field(default_factory=dict)
    checks: dict[str, list[str]] = field(default_factory=dict)

    def check(self, name: str, wrong: Sequence[str]) -> None:
        self.checks[name] = [*wrong]

    @property
    def passed(self) -> bool:
        return not any(self.checks.values())

    def lines(self) -> Iterator[str]:
        yield self.title
        for name, value in self.figures.items():
            yield f"  {name}: {value}"
        for name, wrong in self.checks.items():
            yield f"  {name}: {len(wrong) or 'none'}"
            yield from (f"    {one}" for one in wrong[:MAX_LINES])
