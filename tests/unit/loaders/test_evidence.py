from datetime import timedelta

from bff.domain.returns.commands.evidence import open_evidence
from bff.domain.returns.commands.returns import TapRequest, one_tap
from loaders.batch import Loaders
from loaders.evidence import photos_by_id, photos_by_return
from tests.support.factories import create_order, create_shopper
from tests.support.world import START, World


async def test_a_photo_is_loaded_by_its_id_and_with_its_return_once_it_has_come(
    world: World,
) -> None:
    shopper = await create_shopper(world.db)
    [line] = await create_order(world.db, shopper, received_at=START)
    tap = await world.db.write(lambda tx: one_tap(tx, shopper, TapRequest(line)))
    photo = await world.db.write(lambda tx: open_evidence(tx, shopper, tap.return_id))
    loaders = Loaders(world.db)
    loaded = await loaders.require(photos_by_id, photo.id)
    assert (loaded.return_id, loaded.uploaded_at) == (tap.return_id, None)
    assert loaded.expires_at == START + timedelta(minutes=15)
    assert await loaders.load(photos_by_id, "pho_unknown") is None
    assert await loaders.require_many(photos_by_return, [tap.return_id, "ret_unknown"]) == [[], []]
