"""The text of several changes as one."""

from bff.db.postgresql.change_buffer import joined

FIRST = "UPDATE a SET x = $1 WHERE y = $2 AND z = $1"
OTHER = "INSERT INTO b VALUES ($1, $2)"


def test_one_change_stays_as_it_is() -> None:
    assert joined(FIRST) == FIRST


def test_places_come_behind_those_of_the_change_before() -> None:
    assert joined(FIRST, "DELETE FROM c", OTHER) == (
        f"WITH change_0 AS ({FIRST}), change_1 AS (DELETE FROM c),"
        " change_2 AS (INSERT INTO b VALUES ($3, $4)) SELECT"
    )
