from bff.domain.evidence import store
from loaders.batch import Batch

photos_by_id = Batch(store.photos_by_id)
photos_by_return = Batch(store.photos_by_return)
