"""GraphQL documents of a return on its way: pickup, fee, waybill, cancellation."""

from tests.support.documents import REFUSAL

NO_PICKUP = """
  ... on PickupBookedAlready { pickupId }
  ... on PickupNotOffered { level levelNeeded }
"""
NO_PLACE = """
  ... on SlotFull { alternatives { id capacityLeft } }
  ... on SlotPast { startedAt alternatives { id } }
  ... on SlotNotOffered { opensHour closesHour alternatives { id } }
"""
ELSEWHERE = {
    "recipient": "李四",
    "phone": "13900000000",
    "region": "上海市杨浦区",
    "street": "政立路477号",
}
PICKUP = """
fragment Booked on Pickup {
  id status bookedAt courierCompany { code } address { recipient phone region street }
  slot { kind startsAt endsAt } fee { status payer amount { minor } shopperPays { minor } }
}"""
FEE = "fee { status amount { minor } shopperPays { minor } due { minor } payBy paymentUnderWay }"
STATE = "status nextActions { code } pickup { id status } refund { advance refundedAt }"

BOOK = f"""
mutation Book($key: String!, $id: ID!, $slot: ID, $addressId: ID, $address: AddressInput) {{
  pickupBook(input: {{
    idempotencyKey: $key, returnId: $id, slotId: $slot, addressId: $addressId, address: $address
  }}) {{
    __typename
    ... on PickupBookSuccess {{ replayed pickup {{ ...Booked }} return {{ id {STATE} }} }}
    ... on ReturnNotAwaitingShipment {{ status }}
    {REFUSAL} {NO_PICKUP} {NO_PLACE}
  }}
}}
{PICKUP}"""
CALL_OFF = f"""
mutation CallOff($key: String!, $id: ID!) {{
  pickupCancel(input: {{ idempotencyKey: $key, pickupId: $id }}) {{
    __typename
    ... on PickupCancelSuccess {{ replayed pickup {{ id status }} return {{ id {STATE} }} }}
    ... on PickupNotCancellable {{ status }}
    {REFUSAL}
  }}
}}"""
MOVE = f"""
mutation Move($key: String!, $id: ID!, $slot: ID) {{
  pickupReschedule(input: {{ idempotencyKey: $key, pickupId: $id, slotId: $slot }}) {{
    __typename
    ... on PickupRescheduleSuccess {{ replayed pickup {{ ...Booked }} return {{ id {STATE} }} }}
    ... on PickupNotReschedulable {{ status }}
    {REFUSAL} {NO_PLACE}
  }}
}}
{PICKUP}"""
PAY = f"""
mutation Pay($key: String!, $id: ID!) {{
  pickupFeePay(input: {{ idempotencyKey: $key, pickupId: $id }}) {{
    __typename
    ... on PickupFeePaySuccess {{ replayed pickup {{ id {FEE} }} return {{ id {STATE} }} }}
    ... on PickupFeeNotDue {{ status }}
    {REFUSAL}
  }}
}}"""
CANCEL = f"""
mutation Cancel($key: String!, $id: ID!) {{
  returnCancel(input: {{ idempotencyKey: $key, returnId: $id }}) {{
    __typename
    ... on ReturnCancelSuccess {{ replayed return {{ id endedAt deadlines {{ at }} {STATE} }} }}
    ... on ReturnNotCancellable {{ status }}
    {REFUSAL}
  }}
}}"""
SHIP = f"""
mutation Ship($key: String!, $id: ID!, $company: String!, $number: String!) {{
  waybillSubmit(input: {{
    idempotencyKey: $key, returnId: $id, courierCompany: $company, waybillNumber: $number
  }}) {{
    __typename
    ... on WaybillSubmitSuccess {{
      replayed
      return {{
        id waybill {{ number submittedBy submittedAt courierCompany {{ code name }} }} {STATE}
      }}
      refund {{ advance refundedAt message amount {{ minor }} }}
    }}
    ... on ReturnNotAwaitingShipment {{ status }}
    ... on WaybillUsed {{ waybillNumber }}
    ... on PickupFeeUnpaid {{ pickupId amount {{ minor }} }}
    {REFUSAL}
  }}
}}"""
SLOTS = """
query Slots($returnId: ID, $addressId: ID, $on: Date) {
  pickupSlots(returnId: $returnId, addressId: $addressId, on: $on) {
    id kind startsAt endsAt capacityLeft title
  }
}"""
EVENTS = """
subscription Events($returnId: ID!) { refundUpdates(returnId: $returnId) { event } }"""
