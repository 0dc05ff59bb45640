"""Defects of several writers at the same time."""

from tools.mutants.runner import Mutant

LOCKS = ("tests/unit/bff/db/test_locks.py",)
ORDER = ("tests/unit/bff/jobs/test_inbox.py",)

ENGINE_CATALOGUE = (
    Mutant(
        "no-lock",
        "two writes of one shopper go on at the same time",
        "bff/db/locks.py",
        "    if tx.connection.writes_alone:\n",
        "    if tx:\n",
        LOCKS,
    ),
    Mutant(
        "lock-of-returns-alone",
        "a write that names a shopper by an order or a pickup locks nobody",
        "bff/db/locks.py",
        '    ids.SHOPPER: among(shoppers.c.id, "keys"),\n'
        "    **{kind: _is_owner(table) for kind, table in _OWNED.items()},\n",
        '    ids.SHOPPER: among(shoppers.c.id, "keys"),\n    ids.RETURN: _is_owner(returns),\n',
        LOCKS,
    ),
    Mutant(
        "out-of-order",
        "of two reports that wait, the one whose timer is quicker acts first",
        "bff/jobs/inbox.py",
        "        return [event for event in waiting if event.id < kept.id]\n",
        "        return [event for event in waiting if event.id < 0]\n",
        ORDER,
    ),
)
