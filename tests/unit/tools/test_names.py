"""The check of names finds each kind of breach, and nothing in a tree that has none."""

from pathlib import Path

import pytest

from tools.names import breaches, unit_test_of

CLEAN = {
    "bff/orders/model.py": "class Order: ...\n",
    "bff/orders/timers.py": "def due(): ...\n",
    "bff/orders/outbox.py": "from bff.orders import timers\n\ndef due(): return timers.due()\n",
    "resolvers/orders.py": "@strawberry.type\nclass Order: ...\n",
    "tests/support/factories.py": "",
    "tests/unit/bff/orders/test_model.py": "",
    "tests/unit/bff/orders/test_timers.py": "",
    "tests/unit/bff/orders/test_outbox.py": "",
    "tests/unit/resolvers/test_orders.py": "",
}


def breaches_of(root: Path, **changes: str) -> dict[str, list[str]]:
    """Of the clean tree with files added or replaced; `__` in a name is a slash."""
    added = {f"{name.replace('__', '/')}.py": text for name, text in changes.items()}
    for name, text in (CLEAN | added).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return breaches(root)


def test_a_type_may_share_the_name_of_the_model_that_it_shows(tmp_path: Path) -> None:
    assert breaches_of(tmp_path) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"bff__orders__model": "class Order: ...\n", "bff__orders__timers": "class Order: ...\n"},
        {"resolvers__orders": "class Order: ...\n"},
        {"resolvers__orders": "@dataclass\nclass Order: ...\n"},
    ],
)
def test_a_class_name_that_stands_for_two_things_is_listed(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    [line] = breaches_of(tmp_path, **changes)["Class names defined twice"]
    assert line.startswith("class Order: bff/orders/model.py, ")


def test_a_shared_function_name_is_listed_where_it_is_imported_without_its_module(
    tmp_path: Path,
) -> None:
    bare = "from bff.orders.timers import due\n"
    assert breaches_of(tmp_path, bff__orders__model=bare) == {
        "Function names defined twice and imported bare": [
            "due(): bff/orders/outbox.py, bff/orders/timers.py; imported by bff/orders/model.py"
        ]
    }


@pytest.mark.parametrize("name", ["planning", "order_planning", "armed"])
def test_a_module_named_by_a_participle_is_listed(tmp_path: Path, name: str) -> None:
    changes = {f"bff__{name}": "", f"tests__unit__bff__test_{name}": ""}
    assert breaches_of(tmp_path, **changes) == {
        "Modules named by a participle": [f"module {name}: bff/{name}.py"]
    }


def test_a_word_that_is_gone_is_listed_in_every_kind_of_identifier(tmp_path: Path) -> None:
    text = (
        "def f(asked_at, masked): return masked(told=1)\n"
        "MOST_ROWS = 2\nMOSTLY = _LONGEST_S = f.heard\nclass WasTold: ...\n"
    )
    lines = breaches_of(tmp_path, tests__support__factories=text).popitem()[1]
    assert sorted(line.removeprefix("tests/support/factories.py:") for line in lines) == [
        *("1: asked_at", "1: told", "2: MOST_ROWS", "3: _LONGEST_S", "3: heard", "4: WasTold"),
    ]


def test_a_helper_beside_tests_is_listed(tmp_path: Path) -> None:
    changes = {"tests__api__helper": "", "tests__api__conftest": "", "tests__api__test_a": ""}
    assert breaches_of(tmp_path, **changes) == {
        "Helpers beside tests": ["a helper beside tests: tests/api/helper.py"]
    }


def test_modules_without_a_unit_test_are_listed_below_80_percent(tmp_path: Path) -> None:
    assert breaches_of(tmp_path, bff__a="") == {}
    assert breaches_of(tmp_path, bff__b="") == {
        "Modules without a unit test of their path (66% have one)": ["bff/a.py", "bff/b.py"]
    }


def test_the_path_of_a_unit_test_mirrors_the_source() -> None:
    assert unit_test_of(Path("bff/db/pages.py")) == Path("tests/unit/bff/db/test_pages.py")
    assert unit_test_of(Path("bff/__main__.py")) == Path("tests/unit/bff/test_main.py")
