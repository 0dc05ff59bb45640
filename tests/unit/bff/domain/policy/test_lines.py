"""On which line a key stands: every number in these files is the number of its key's line."""

import re
import tomllib
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.policy.lines import KeyPath, key_lines, line_of

# @ is the number of the line, ~ of the line where the value began; § makes a key that no other has.
STATEMENTS = (
    "k§ = @",
    "  k§  =  @  # k = 1",
    "k§.a.'b c' = @",
    '"键§" = @',
    "k§ = [@, @, [@, @]]",
    "k§ = [\n  ~,\n\n  # @\n  [~,\n   ~],\n]",
    "k§ = { a = @, b.c = [@, { d = @ }] }",
    "k§ = [{ a = @ },\n { a = ~, b = ~ },\n]",
    'k§ = """\n[no.table]\nk = 1\n"""\nl§ = @',
    "k§ = '''[[\n\"\"\"'''\nl§ = @",
    "k§ = 'é漢字' \nl§ = @",
    "\n# a note",
    "[t§]\na = @",
    "[t§.u.v]\na = @",
    '[t§]\n[t§."u.v"]\na = @',
    "[[tables]]\na = @",
    "[[tables]]\nb = [@,\n~]\n[tables.inner]\na = @",
    "[[tables]]\n[[tables.more]]\na = @\n[[tables.more]]\na = @",
    "[[lists.deep]]\na = @\n[lists.deep.b.c]\na = @",
)
A_PAIR = re.compile(r"\s*[\w.'\" ]+=")
INDENTS = st.sampled_from(["\n", "\n\n", "\n# @ = 1\n"])


@st.composite
def files(draw: st.DrawFn) -> str:
    numbers = count()
    parts: list[str] = []
    for statement in draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=12)):
        parts += [statement.replace("§", str(next(numbers))), draw(INDENTS)]
    lines = "".join(parts).split("\n")
    begun = 0
    for number, line in enumerate(lines, start=1):
        begun = number if A_PAIR.match(line) else begun
        lines[number - 1] = line.replace("@", str(number)).replace("~", str(begun))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def leaves(keys: KeyPath, value: object) -> Iterator[tuple[KeyPath, object]]:
    yield keys, value
    pairs = value.items() if isinstance(value, dict) else ()
    for key, inner in pairs or (enumerate(value) if isinstance(value, list) else ()):
        yield from leaves((*keys, key), inner)


@given(text=files())
def test_every_value_is_on_the_line_of_its_key(text: str) -> None:
    lines = key_lines(text)
    for keys, value in leaves((), tomllib.loads(text)):
        assert not keys or keys in lines
        assert not isinstance(value, int) or lines[keys] == value


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("policy", 1, "version"), 5),
        (("policy", 1, "pickup"), 4),
        (("policy", 1, "pickup", "capacity"), 4),
        (("policy", 0, "fees", "CNY"), 3),
        (("policy", 2), 2),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_missing_key_has_the_line_of_its_table(keys: KeyPath, line: int) -> None:
    text = "\n[[policy]]\n[policy.fees]\n[[policy]]\nversion = 'x'\n"
    assert line_of(key_lines(text), keys) == line
