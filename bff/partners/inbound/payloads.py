"""What each webhook's `data` holds. A field's description says what would be right.

Fields that are not known here are passed over: partners add new ones at any time.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    ValidationInfo,
    field_validator,
)
from pydantic.networks import UrlConstraints

from bff.core.money import MAX_MINOR
from bff.core.phones import dialled_phone
from bff.core.text import normal_code
from bff.domain.orders.fields import MOMENT, Moment, Name, Note, Number, one_line
from bff.domain.orders.records import LINES, AddressRecord, LineRecord, OrderRecord
from bff.domain.pickups.companies import ANY_NUMBER, normal_number
from bff.domain.pickups.model import FeePayer, VisitFailure
from bff.domain.pickups.offers import WithdrawalReason
from bff.domain.returns.model import RefusedBecause, VisitsOutcome, Winner
from bff.domain.returns.reports.courier import MAX_WEIGHT_GRAMS
from bff.domain.returns.rules.refusal_grounds import OF_GOODS

IDENTIFIER = "an id as it was sent: 1 to 80 letters, digits, dots, underscores or hyphens"
MAX_PHOTOS = 3
MAX_DEDUCTIONS = 10


def _one_of(words: Iterable[str]) -> str:
    return f"one of {', '.join(words)}"


# A program's, which nobody types: taken as it is.
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,80}$", description=IDENTIFIER)]
Company = Annotated[
    str,
    AfterValidator(one_line(1, 32)),
    Field(description="a courier company's code: 1 to 32 letters"),
]
CourierPhone = Annotated[
    str,
    AfterValidator(dialled_phone),
    Field(description="a phone number, also of a switchboard: 5 to 32 digits and signs"),
]
PickupCode = Annotated[
    str,
    AfterValidator(normal_code),
    Field(
        pattern=r"^[A-Za-z0-9-]{1,32}$",
        description="the code that the shopper shows: 1 to 32 letters, digits or hyphens",
    ),
]
Waybill = Annotated[
    str,
    AfterValidator(normal_number),
    Field(pattern=f"^{ANY_NUMBER}$", description="5 to 40 letters, digits or hyphens"),
]
Grams = Annotated[
    int,
    Field(ge=1, le=MAX_WEIGHT_GRAMS, description=f"whole grams from 1 to {MAX_WEIGHT_GRAMS:,}"),
]
Reference = Annotated[
    str, AfterValidator(one_line(1, 128)), Field(description="1 to 128 characters")
]
Reason = Annotated[str, AfterValidator(one_line(1, 200)), Field(description="1 to 200 characters")]
Level = Annotated[int, Field(ge=1, le=5, description="a whole number from 1 to 5")]
Photo = Annotated[HttpUrl, UrlConstraints(allowed_schemes=["https"], max_length=2000)]


class WebhookPayload(BaseModel):
    """`at`: when it happened, where that is not the envelope's timestamp."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    at: Annotated[Moment | None, Field(description=MOMENT)] = None


class OfPickup(WebhookPayload):
    """`courier_company`: who reports; where it is there, one that the pickup was offered to."""

    pickup_id: Annotated[Identifier, Field(alias="pickupId")]
    courier_company: Annotated[Company | None, Field(alias="courierCompany")] = None


class PickupAccepted(OfPickup):
    """`courier_name` and the following say who comes; the shopper is shown them."""

    courier_company: Annotated[Company, Field(alias="courierCompany")]
    courier_name: Annotated[Name | None, Field(alias="courierName")] = None
    courier_phone: Annotated[CourierPhone | None, Field(alias="courierPhone")] = None
    pickup_code: Annotated[PickupCode | None, Field(alias="pickupCode")] = None


class PickupWeighed(OfPickup):
    weight_grams: Annotated[Grams, Field(alias="weightGrams")]


class VisitFailed(OfPickup):
    reason: Annotated[VisitFailure, Field(description=_one_of(VisitFailure))]


class PickupMoved(OfPickup):
    """The company comes at another time; `reason` is for people."""

    starts_at: Annotated[Moment, Field(alias="startsAt", description=MOMENT)]
    ends_at: Annotated[Moment, Field(alias="endsAt", description=MOMENT)]
    reason: Note = ""


class PickupWithdrawn(OfPickup):
    reason: Annotated[WithdrawalReason, Field(description=_one_of(WithdrawalReason))]


class PickupWaybill(OfPickup):
    waybill_number: Annotated[Waybill, Field(alias="waybillNumber")]


class OfReturn(WebhookPayload):
    return_id: Annotated[Identifier, Field(alias="returnId")]


class ReturnAddress(AddressRecord):
    model_config = ConfigDict(extra="ignore")


class ReturnApproved(OfReturn):
    """`return_address`: where the goods of this return go, where that is not as filed."""

    return_address: Annotated[
        ReturnAddress | None, Field(alias="returnAddress", description="an address")
    ] = None
    freight_payer: Annotated[
        Literal[FeePayer.MERCHANT, FeePayer.SHOPPER] | None,
        Field(alias="freightPayer", description="MERCHANT or SHOPPER"),
    ] = None


class ReturnRefused(OfReturn):
    reason: Annotated[RefusedBecause, Field(description=_one_of(RefusedBecause))]
    note: Note = ""
    photos: Annotated[
        tuple[Photo, ...],
        Field(max_length=MAX_PHOTOS, description=f"at most {MAX_PHOTOS} https addresses"),
    ] = ()


class DeductionMade(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    ground: Annotated[RefusedBecause, Field(description=_one_of(sorted(OF_GOODS)))]
    amount_minor: Annotated[
        int,
        Field(alias="amountMinor", ge=1, le=MAX_MINOR, description="minor units, from 1"),
    ]
    note: Note = ""
    photos: Annotated[
        tuple[Photo, ...],
        Field(
            min_length=1, max_length=MAX_PHOTOS, description=f"1 to {MAX_PHOTOS} https addresses"
        ),
    ]


class GoodsInspected(OfReturn):
    """`reason` and photos are needed of goods that are refused, `deductions` where a part of the
    money is kept back.
    """

    outcome: Annotated[
        str,
        Field(
            pattern="^(ACCEPTED|PARTLY_ACCEPTED|REFUSED)$",
            description="ACCEPTED, PARTLY_ACCEPTED or REFUSED",
        ),
    ]
    deductions: Annotated[
        tuple[DeductionMade, ...],
        Field(
            max_length=MAX_DEDUCTIONS,
            validate_default=True,
            description=f"1 to {MAX_DEDUCTIONS} where the outcome is PARTLY_ACCEPTED",
        ),
    ] = ()
    reason: Annotated[
        RefusedBecause | None,
        Field(
            validate_default=True,
            description=f"{_one_of(RefusedBecause)}; needed where the outcome is REFUSED",
        ),
    ] = None
    note: Note = ""
    photos: Annotated[
        tuple[Photo, ...],
        Field(
            max_length=MAX_PHOTOS,
            validate_default=True,
            description=f"at most {MAX_PHOTOS} https addresses; 1 where the outcome is REFUSED",
        ),
    ] = ()

    @field_validator("reason", "photos", "deductions")
    @classmethod
    def _tells_why(cls, value: object, info: ValidationInfo) -> object:
        needed_for = "PARTLY_ACCEPTED" if info.field_name == "deductions" else "REFUSED"
        if info.data.get("outcome") == needed_for and not value:
            raise ValueError("needed")
        return value


class PaidLine(LineRecord):
    model_config = ConfigDict(extra="ignore")


class ShipTo(AddressRecord):
    model_config = ConfigDict(extra="ignore")


class PaidOrder(OrderRecord):
    """A line of what `bff import` reads."""

    model_config = ConfigDict(extra="ignore")

    lines: Annotated[tuple[PaidLine, ...], Field(description=LINES)]
    ship_to: Annotated[ShipTo | None, Field(description="an address")] = None


class OrderMoved(WebhookPayload):
    order_number: Annotated[Number, Field(alias="orderNumber")]


class PaymentSucceeded(WebhookPayload):
    payment_id: Annotated[Identifier, Field(alias="paymentId")]
    reference: Reference


class PaymentFailed(WebhookPayload):
    payment_id: Annotated[Identifier, Field(alias="paymentId")]
    reason: Reason


class DisputeDecided(OfReturn):
    winner: Annotated[Winner, Field(description=_one_of(Winner))]


class VisitsDecided(OfReturn):
    outcome: Annotated[VisitsOutcome, Field(description=_one_of(VisitsOutcome))]


class StarLevelDecided(WebhookPayload):
    shopper_id: Annotated[Identifier, Field(alias="shopperId")]
    level: Level
    note: Note = ""
