from bff.db.lookups import owners_of_addresses
from bff.domain.orders import store
from loaders.batch import Batch, OwnBatch

shoppers_by_id = Batch(store.shoppers_by_id)
merchants_by_id = Batch(store.merchants_by_id)
addresses_by_id = OwnBatch(store.addresses_by_id)
return_addresses = Batch(store.return_addresses)
address_owners = Batch(owners_of_addresses)
addresses_by_owner = Batch(store.addresses_by_owner)
orders_by_id = OwnBatch(store.orders_by_id)
order_counts = Batch(store.order_counts)
lines_by_order = OwnBatch(store.lines_by_order)
lines_by_id = OwnBatch(store.lines_by_id)
