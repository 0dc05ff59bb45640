"""A return's photos, and the links under which they are shown."""

import strawberry

from bff.domain.evidence import model
from bff.domain.evidence.model import Size
from resolvers.fields import Info, attribute, resolved, view_of


@view_of(
    model.Photo, description="A photo of a return, made anew: it says nothing but what it shows."
)
class Photo:
    id: strawberry.ID = attribute("Names the photo.")
    width: int = attribute("In pixels, upright; at most 2048.")
    height: int = attribute("In pixels, upright; at most 2048.")

    @resolved("A link to the JPEG file. Whoever has it sees the photo; good for 15 to 30 minutes.")
    @staticmethod
    def url(parent: strawberry.Parent[model.Photo], info: Info) -> str:
        return info.context.links.view(parent, Size.PHOTO, info.context.now)

    @resolved("Likewise, of the photo at 320 pixels.")
    @staticmethod
    def thumbnail_url(parent: strawberry.Parent[model.Photo], info: Info) -> str:
        return info.context.links.view(parent, Size.THUMBNAIL, info.context.now)
