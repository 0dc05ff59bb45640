import strawberry

from resolvers.fields import attribute


@strawberry.interface(description="What can be asked for again by its id.")
class Node:
    id: strawberry.ID = attribute("Opaque, and unique among all nodes.")
