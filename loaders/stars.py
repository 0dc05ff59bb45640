from collections.abc import Sequence

from bff.db.connection import Connection
from bff.db.events import last_ids
from bff.domain.stars import store
from bff.domain.stars.events import topic_of
from loaders.batch import Batch

stars_by_shopper = Batch(store.stars_by_shopper)


async def _cursors(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    last = await last_ids(connection, keys, [topic_of(key) for key in keys])
    return {key: str(last[topic_of(key)]) for key in keys if topic_of(key) in last}


star_cursors_by_shopper = Batch(_cursors)
