"""Pictures instead of reasons (R6): a link for each photo, under which it is put."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from bff.db.idempotency import Answer
from bff.db.transaction import Tx
from bff.domain.evidence import model
from bff.domain.evidence.refusals import PhotoLimitReached as CoreLimitReached
from bff.domain.returns import refusals
from bff.domain.returns.commands import evidence
from bff.domain.returns.model import ReturnStatus
from bff.locale.messages import N_
from loaders.evidence import photos_by_id
from resolvers import inputs
from resolvers.fields import Info, attribute, resolved
from resolvers.mutation import Asked, carry_out
from resolvers.mutation_results import AnyRefusal, OfReturn
from resolvers.user_errors import UserError, refuses


@refuses(
    CoreLimitReached,
    N_("A return takes at most {most} photos."),
    "The return has its photos, or links under which they may still come.",
)
class PhotoLimitReached(UserError):
    most: int = attribute("How many a return takes.")


@refuses(
    refusals.ReturnTakesNoPhotos,
    N_("The return takes no photos any more: {status}."),
    "The return has ended.",
)
class ReturnTakesNoPhotos(UserError):
    status: ReturnStatus = attribute("The return's status.")


@strawberry.input(description="Which return a photo is of.")
class EvidenceUploadOpenInput(inputs.OfReturn):
    pass


@strawberry.type(description="Where the photo's file is to be put, once.")
class EvidenceUploadOpenSuccess(OfReturn):
    photo_id: strawberry.Private[str]

    @resolved("The address. It needs no token, and serves until a photo has come or it expires.")
    @staticmethod
    async def upload_url(parent: strawberry.Parent["EvidenceUploadOpenSuccess"], info: Info) -> str:
        photo = await info.context.loaders.known(photos_by_id, parent.photo_id)
        return info.context.links.upload(photo)

    @resolved("When the address expires.")
    @staticmethod
    async def expires_at(
        parent: strawberry.Parent["EvidenceUploadOpenSuccess"], info: Info
    ) -> datetime:
        photo = await info.context.loaders.known(photos_by_id, parent.photo_id)
        return photo.expires_at

    @resolved("The HTTP method: PUT, with the file as the body and its type as Content-Type.")
    @staticmethod
    def method() -> str:
        return model.UPLOAD_METHOD

    @resolved("How large the file may be, in bytes.")
    @staticmethod
    def most_bytes() -> int:
        return model.MOST_BYTES

    @resolved("How many pixels the picture may have.")
    @staticmethod
    def most_pixels() -> int:
        return model.MOST_PIXELS

    @resolved("What Content-Type may be.")
    @staticmethod
    def accepted_types() -> list[str]:
        return list(model.ACCEPTED_TYPES)


EvidenceUploadOpenResult = Annotated[
    EvidenceUploadOpenSuccess | PhotoLimitReached | ReturnTakesNoPhotos | AnyRefusal,
    strawberry.union("EvidenceUploadOpenResult", description="The address, or why there is none."),
]


@strawberry.type
class EvidenceMutations:
    @resolved(
        "Ask for a one-time address to which a photo of the goods is put. No reason is asked for.",
        kind=EvidenceUploadOpenResult | None,
    )
    @staticmethod
    async def evidence_upload_open(
        info: Info,
        input: Annotated[EvidenceUploadOpenInput, Asked],  # noqa: A002
    ) -> Any:
        async def effect(tx: Tx, shopper: str) -> Answer:
            photo = await evidence.open_evidence(tx, shopper, input.return_id)
            return {"return_id": input.return_id, "photo_id": photo.id}

        return await carry_out(info, input, effect, EvidenceUploadOpenSuccess)
