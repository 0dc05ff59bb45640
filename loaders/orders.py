from bff.domain.orders import store
from loaders.batch import Batch

shoppers_by_id = Batch(store.shoppers_by_id)
merchants_by_id = Batch(store.merchants_by_id)
addresses_by_id = Batch(store.addresses_by_id)
addresses_by_owner = Batch(store.addresses_by_owner)
orders_by_id = Batch(store.orders_by_id)
order_counts = Batch(store.order_counts)
lines_by_order = Batch(store.lines_by_order)
lines_by_id = Batch(store.lines_by_id)
