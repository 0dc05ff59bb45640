from collections.abc import Sequence

from bff.db.connection import Connection
from bff.db.events import last_ids
from bff.domain.evidence import store as evidence
from bff.domain.pickups import store as pickups
from bff.domain.refunds import store as refunds
from bff.domain.returns import store as returns
from loaders.batch import Batch, OwnBatch

returns_by_id = OwnBatch(returns.returns_by_id)
returns_by_pickup = OwnBatch(returns.returns_by_pickup)
return_counts = Batch(returns.return_counts)
refunds_by_id = OwnBatch(refunds.refunds_by_id)
refunds_by_return = OwnBatch(refunds.refunds_by_return)
pickups_by_id = OwnBatch(pickups.pickups_by_id)
pickups_by_return = OwnBatch(pickups.pickups_by_return)
missed_by_return = OwnBatch(returns.missed_by_return)
photos_by_id = OwnBatch(evidence.photos_by_id)
photos_by_return = OwnBatch(evidence.photos_by_return)


async def _cursors(connection: Connection, shopper_id: str, keys: Sequence[str]) -> dict[str, str]:
    last = await last_ids(connection, [shopper_id], keys)
    return {topic: str(cursor) for topic, cursor in last.items()}


cursors_by_return = OwnBatch(_cursors)
