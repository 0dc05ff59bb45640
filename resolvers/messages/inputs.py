"""What is wrong with an input, and its fields in words. English; the Chinese is in `zh.po`."""

from bff.locale.messages import N_

INVALID = N_("Please check {field}. Expected: {expected}.")
NOT_FOUND = N_("We could not find {field}. Please check it.")
FIELDS = {
    "address": N_("the address"),
    "addressId": N_("the address"),
    "after": N_("the place in the list"),
    "areaCode": N_("the area code"),
    "courierCompany": N_("the courier company"),
    "first": N_("the number of entries"),
    "idempotencyKey": N_("the request's key"),
    "ids": N_("the list of entries"),
    "level": N_("the star level"),
    "lines": N_("the goods"),
    "orderId": N_("the order"),
    "orderLineId": N_("the goods"),
    "phone": N_("the phone number"),
    "photoId": N_("the photo"),
    "pickupId": N_("the pickup"),
    "quantity": N_("the quantity"),
    "recipient": N_("the recipient's name"),
    "region": N_("the region"),
    "returnId": N_("the return"),
    "slotId": N_("the time of the pickup"),
    "street": N_("the street"),
    "waybillNumber": N_("the waybill number"),
}
OTHER = N_("what was entered")


def field_words(path: str) -> str:
    """By the last name of a path such as `lines.0.quantity`."""
    return FIELDS.get(path.rpartition(".")[2], OTHER)
