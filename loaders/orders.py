from bff.orders import store
from bff.refunds import store as refunds
from loaders.batch import Batch

shoppers_by_id = Batch(store.shoppers_by_id)
merchants_by_id = Batch(store.merchants_by_id)
addresses_by_id = Batch(store.addresses_by_id)
addresses_by_owner = Batch(store.addresses_by_owner)
orders_by_id = Batch(store.orders_by_id)
order_counts = Batch(store.order_counts)
# With what is held of each: it is nearly always asked for as well.
lines_by_order = Batch(refunds.lines_with_held)
lines_by_id = Batch(store.lines_by_id)
