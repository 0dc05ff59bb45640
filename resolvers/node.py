import strawberry

from resolvers.fields import shown


@strawberry.interface(description="What can be asked for again by its id.")
class Node:
    id: strawberry.ID = shown("Opaque, and unique among all nodes.")
