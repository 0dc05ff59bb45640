"""Every mutation but the tap, with a small selection."""

from tests.support.documents import REFUSAL


def _mutation(name: str, variables: str, arguments: str, selection: str, more: str = "") -> str:
    """`arguments` is the input beside its key, `selection` that of the success."""
    success = f"{name[0].upper()}{name[1:]}Success"
    return f"""
mutation Do($key: String!, {variables}) {{
  {name}(input: {{ idempotencyKey: $key, {arguments} }}) {{
    __typename ... on {success} {{ replayed {selection} }} {REFUSAL} {more}
  }}
}}"""


_RETURN, _PICKUP = "$return: ID!", "$pickup: ID!"
_FULL = "... on SlotFull { alternatives { id } }"
CANCEL = _mutation("returnCancel", _RETURN, "returnId: $return", "return { id status }")
BOOK = _mutation(
    "pickupBook",
    f"{_RETURN}, $slot: ID, $addressId: ID, $address: AddressInput",
    "returnId: $return, slotId: $slot, addressId: $addressId, address: $address",
    "pickup { id status } return { id }",
    _FULL,
)
MOVE = _mutation(
    "pickupReschedule",
    f"{_PICKUP}, $slot: ID",
    "pickupId: $pickup, slotId: $slot",
    "pickup { id status slot { startsAt } }",
    _FULL,
)
CALL_OFF = _mutation("pickupCancel", _PICKUP, "pickupId: $pickup", "pickup { id status }")
PAY_FEE = _mutation(
    "pickupFeePay", _PICKUP, "pickupId: $pickup", "pickup { fee { status paymentUnderWay } }"
)
WAYBILL = _mutation(
    "waybillSubmit",
    f"{_RETURN}, $company: String!, $number: String!",
    "returnId: $return, courierCompany: $company, waybillNumber: $number",
    "refund { advance refundedAt amount { minor } }",
)
REFUND = _mutation(
    "refundOpen",
    "$order: ID!, $lines: [RefundLineInput!]",
    "orderId: $order, lines: $lines",
    "returns { id status quantity }",
)
DISPUTE = _mutation("disputeOpen", _RETURN, "returnId: $return", "return { id status }")
REPAY = _mutation("refundRepay", _RETURN, "returnId: $return", "refund { owed { minor } }")
UPLOAD = _mutation("evidenceUploadOpen", _RETURN, "returnId: $return", "uploadUrl")
REMOVE = _mutation("photoRemove", "$photo: ID!", "photoId: $photo", "return { id }")
_ADDRESS = "$addressId: ID!"
CREATE_ADDRESS = _mutation(
    "addressCreate", "$address: AddressInput!", "address: $address", "address { id } shopper { id }"
)
UPDATE_ADDRESS = _mutation(
    "addressUpdate",
    f"{_ADDRESS}, $address: AddressInput!",
    "addressId: $addressId, address: $address",
    "address { id }",
)
SET_DEFAULT = _mutation(
    "addressSetDefault", _ADDRESS, "addressId: $addressId", "address { id isDefault }"
)
DELETE_ADDRESS = _mutation("addressDelete", _ADDRESS, "addressId: $addressId", "shopper { id }")
