"""Identifiers: unique, in the order of their moments, and of a kind that can be read."""

import os
import re
from datetime import timedelta

from bff.core import ids
from tests.support.world import START


def test_an_id_names_its_kind_its_moment_and_twelve_random_digits() -> None:
    milliseconds = int(START.timestamp() * 1000)
    assert re.fullmatch(rf"ret_{milliseconds:011x}[0-9a-f]{{12}}", ids.new_id(ids.RETURN, START))


def test_thousands_of_one_moment_are_different() -> None:
    """More than are drawn together."""
    made = {ids.new_id(ids.PICKUP, START) for _ in range(ids.BATCH * 8)}
    assert len(made) == ids.BATCH * 8


def test_later_ids_sort_behind_earlier_ones() -> None:
    moments = [START + timedelta(milliseconds=number) for number in range(20)]
    made = [ids.new_id(ids.ORDER, moment) for moment in moments]
    assert made == sorted(made)


def test_a_thing_from_outside_keeps_its_number() -> None:
    assert ids.external_id(ids.ORDER, "536527") == "ord_536527"


def test_the_kind_is_what_stands_before_the_first_underscore() -> None:
    assert ids.kind_of("ord_T_1") == ids.ORDER
    assert ids.kind_of(ids.new_id(ids.REFUND, START)) == ids.REFUND
    assert ids.kind_of("nothing of ours") == "nothing of ours"


def test_a_workers_name_says_which_process_it_is_and_is_its_own() -> None:
    names = {ids.worker_name() for _ in range(100)}
    assert len(names) == 100
    assert {name.split("-")[-2] for name in names} == {str(os.getpid())}
