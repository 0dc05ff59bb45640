"""Pictures instead of reasons (R6): a link for each photo, under which it is put."""

from datetime import datetime

import strawberry

from bff.db.transaction import Tx
from bff.domain.evidence import model, refusals
from bff.domain.returns import refusals as returns
from bff.domain.returns.commands import evidence
from bff.domain.returns.model import ReturnStatus
from bff.locale.messages import N_
from loaders.returns import photos_by_id
from resolvers.fields import Info, attribute, resolved
from resolvers.mutation_fields import ReturnMutationSuccess, mutation
from resolvers.returns.inputs import EvidenceUploadOpenInput, PhotoRemoveInput
from resolvers.user_errors import UserError, refuses


@refuses(
    refusals.PhotoLimitReached,
    N_("A return takes at most {most} photos."),
    "The return has its photos, or links under which they may still come.",
)
class PhotoLimitReached(UserError):
    most: int = attribute("How many a return takes.")


@refuses(
    returns.ReturnTakesNoPhotos,
    N_("The return takes no photos any more: {status}."),
    "The return has ended.",
)
class ReturnTakesNoPhotos(UserError):
    status: ReturnStatus = attribute("The return's status.")


@refuses(
    returns.PhotoNotRemovable,
    N_("The photo stays with the return: {status}."),
    "The merchant has decided, or the return has ended.",
)
class PhotoNotRemovable(UserError):
    status: ReturnStatus = attribute("The return's status.")


@strawberry.type(description="A one-time address for the photo's file.")
class EvidenceUploadOpenSuccess(ReturnMutationSuccess):
    photo_id: strawberry.Private[str]

    @resolved("The address. It needs no token, and works until a photo is uploaded or it expires.")
    @staticmethod
    async def upload_url(parent: strawberry.Parent["EvidenceUploadOpenSuccess"], info: Info) -> str:
        photo = await info.context.loaders.require(photos_by_id, parent.photo_id)
        return info.context.links.upload(photo)

    @resolved("When the address expires.")
    @staticmethod
    async def expires_at(
        parent: strawberry.Parent["EvidenceUploadOpenSuccess"], info: Info
    ) -> datetime:
        photo = await info.context.loaders.require(photos_by_id, parent.photo_id)
        return photo.expires_at

    @resolved("The HTTP method: PUT, with the file as the body.")
    @staticmethod
    def method() -> str:
        return model.UPLOAD_METHOD

    @resolved("How large the file may be, in bytes.")
    @staticmethod
    def most_bytes() -> int:
        return model.MAX_BYTES

    @resolved(
        "How many pixels a JPEG may have; a PNG or WebP 40 million, a HEIC picture 25 million."
    )
    @staticmethod
    def most_pixels() -> int:
        return model.MAX_PIXELS

    @resolved("What the file may be; its bytes say what it is, whatever Content-Type says.")
    @staticmethod
    def accepted_types() -> list[str]:
        return list(model.ACCEPTED_TYPES)


@strawberry.type(description="The photo is removed: nobody sees it any more.")
class PhotoRemoveSuccess(ReturnMutationSuccess):
    pass


@strawberry.type
class EvidenceMutations:
    @mutation(
        "Open a one-time address to which a photo of the goods is uploaded. No reason is needed.",
        refusals=[PhotoLimitReached, ReturnTakesNoPhotos],
        result="The address, or why there is none.",
    )
    @staticmethod
    async def evidence_upload_open(
        tx: Tx, shopper_id: str, inputs: EvidenceUploadOpenInput
    ) -> EvidenceUploadOpenSuccess:
        photo = await evidence.open_evidence(tx, shopper_id, inputs.return_id)
        return EvidenceUploadOpenSuccess(return_id=inputs.return_id, photo_id=photo.id)

    @mutation(
        "Remove a photo, until the merchant has refused the return or it has ended.",
        refusals=[PhotoNotRemovable],
        result="The return without the photo, or why it stays.",
    )
    @staticmethod
    async def photo_remove(tx: Tx, shopper_id: str, inputs: PhotoRemoveInput) -> PhotoRemoveSuccess:
        photo = await evidence.remove_photo(tx, shopper_id, inputs.photo_id)
        return PhotoRemoveSuccess(return_id=photo.return_id)
