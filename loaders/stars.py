from bff.stars import store
from loaders.batch import Batch

stars_by_shopper = Batch(store.stars_by_shopper)
