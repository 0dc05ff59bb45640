"""A shopper's rows lie together: every table says what places its rows, and every statement names
the shopper whose rows it touches.
"""

import pytest
from sqlalchemy import Table, and_, bindparam, delete, exists, insert, or_, select, update

from bff.db.elements import among, of_owner, same_shopper
from bff.db.statements import Prepared, prepare
from bff.db.tables import metadata, orders, pickups, policies, refunds, returns
from bff.db.tables.shards import Shard, shard_key, shard_of
from tests.support.prepared import prepared
from tests.support.shards import JOBS, LOCKS, exempt, unnamed


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_what_places_its_rows(table: Table) -> None:
    if shard_of(table) in (Shard.REFERENCE, Shard.PROGRAM):
        assert table.info["key"] is None
    else:
        assert shard_key(table).table is table


def test_every_statement_names_the_shopper_whose_rows_it_touches() -> None:
    known = dict(prepared())
    of_any = {name: tables for name, one in known.items() if (tables := unnamed(one))}
    assert {name: tables for name, tables in of_any.items() if name not in exempt()} == {}
    assert len(known) > 200


def test_what_need_not_name_the_shopper_is_there_and_does_not() -> None:
    """Or the reason that is given for it is of no use."""
    known = dict(prepared())
    given = {name for name, reason in exempt().items() if reason not in (LOCKS, *JOBS.values())}
    assert {name for name in given if not unnamed(known[name])} == set()


RETURN = returns.c.id == bindparam("id")
REFUND = refunds.c.return_id == returns.c.id
NAMING = {
    "its key": select(returns).where(of_owner(returns), RETURN),
    "plainly": select(orders).where(orders.c.shopper_id == bindparam("shopper_id")),
    "one of some": select(orders).where(among(orders.c.shopper_id, "keys")),
    "by a join": select(returns)
    .join(refunds, and_(REFUND, same_shopper(refunds, returns)))
    .where(of_owner(refunds)),
    "around a subquery": select(returns).where(
        of_owner(returns), exists().where(REFUND, same_shopper(refunds, returns))
    ),
    "a change": update(returns).where(of_owner(returns), RETURN).values(status="CLOSED"),
    "no shopper's": select(policies),
}
NAMELESS = {
    "by its id": (select(returns).where(RETURN), {"returns"}),
    "half a join": (
        select(returns).join(refunds, REFUND).where(of_owner(returns)),
        {"refunds"},
    ),
    "half a subquery": (
        select(returns).where(of_owner(returns), exists().where(REFUND)),
        {"refunds"},
    ),
    "a subquery": (
        select(policies).where(exists().where(pickups.c.id == bindparam("id"))),
        {"pickups"},
    ),
    "one way of two": (select(returns).where(or_(of_owner(returns), RETURN)), {"returns"}),
    "itself": (select(orders).where(orders.c.shopper_id == orders.c.shopper_id), {"orders"}),
    "a change": (update(returns).where(RETURN).values(status="CLOSED"), {"returns"}),
    "a deletion": (delete(returns).where(RETURN), {"returns"}),
}


@pytest.mark.parametrize("case", NAMING)
def test_a_statement_that_names_the_shopper(case: str) -> None:
    assert unnamed(prepare(NAMING[case])) == set()


@pytest.mark.parametrize("case", NAMELESS)
def test_a_statement_that_leaves_a_table_to_all_shoppers(case: str) -> None:
    statement, tables = NAMELESS[case]
    assert unnamed(prepare(statement)) == tables


def test_a_row_is_added_with_its_shopper() -> None:
    without: Prepared[object] = prepare(insert(refunds), inputs=["id", "return_id"])
    assert unnamed(without) == {"refunds"}
    assert unnamed(prepare(insert(refunds), inputs=["id", "shopper_id"])) == set()
