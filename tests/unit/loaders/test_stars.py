from bff.domain.stars.model import LOWEST
from loaders.batch import Loaders
from loaders.stars import star_cursors_by_shopper, stars_by_shopper
from tests.support.factories import create_shopper, set_level
from tests.support.world import World


async def test_levels_are_loaded_by_shopper_and_a_stranger_has_the_lowest(world: World) -> None:
    two, five = [await create_shopper(world.db, level=level) for level in (2, 5)]
    stars = await Loaders(world.db).require_many(stars_by_shopper, [five, "sho_unknown", two])
    assert [one.level for one in stars] == [5, LOWEST, 2]
    assert [one.shopper_id for one in stars] == [five, "sho_unknown", two]


async def test_a_cursor_stands_for_the_newest_change_of_the_level(world: World) -> None:
    moved, still = await create_shopper(world.db), await create_shopper(world.db)
    cursors = []
    for level in (4, 5):
        await set_level(world.db, moved, level)
        loaders = Loaders(world.db)
        newest, none = await loaders.load_many(star_cursors_by_shopper, [moved, still])
        assert none is None
        cursors.append(int(newest or 0))
    assert 0 < cursors[0] < cursors[1]
