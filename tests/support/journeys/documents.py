"""GraphQL documents for the whole life of a return."""

from tests.support.documents import REFUSAL

LIFE = """
fragment Life on Return {
  id status message closeReason updatesCursor quantity express
  waybill { number submittedBy }
  refusal { reason goodsRefused note photos disputedAt message objectBy ifSilent
    deductions { ground note photos message amount { minor } }
  }
  deadlines { what at title thenWhat }
  missedDeadlines { what dueAt missedAt message }
  nextActions { code actor by title }
  refund {
    advance refundedAt settledAt repaidAt waitingFor message amount { minor } owed { minor }
    deducted { minor } repayBy repaymentUnderWay overpaid { minor }
  }
  pickup {
    id status acceptedAt collectedAt cancelReason cancelMessage visitFailure
    courier { name phone pickupCode }
    courierCompany { code } slot { kind startsAt endsAt }
    fee {
      status payer basis reason message payBy paidAt finalAt weightGrams paymentUnderWay
      amount { minor } shopperPays { minor } due { minor }
    }
  }
}"""
SLOTS_LEFT = """
  ... on SlotFull { alternatives { id capacityLeft } }
  ... on SlotPast { startedAt }
  ... on SlotNotOffered { opensHour closesHour }
"""


def _of_return(field: str, variables: str, given: str, more: str = "") -> str:
    """A mutation that takes a key and whatever `given` says, and shows the return."""
    success = field[0].upper() + field[1:] + "Success"
    return f"""
    mutation Do($key: String!, {variables}) {{
      {field}(input: {{ idempotencyKey: $key, {given} }}) {{
        __typename
        ... on {success} {{ replayed return {{ ...Life }} }}
        {REFUSAL} {more}
      }}
    }}
    {LIFE}"""


ONE_TAP = _of_return(
    "oneTapReturn",
    "$line: ID!, $quantity: Int, $pickup: PickupInput",
    "orderLineId: $line, quantity: $quantity, pickup: $pickup",
)
BOOK = _of_return("pickupBook", "$id: ID!, $slot: ID", "returnId: $id, slotId: $slot", SLOTS_LEFT)
MOVE = _of_return(
    "pickupReschedule", "$pickup: ID!, $slot: ID", "pickupId: $pickup, slotId: $slot", SLOTS_LEFT
)
CALL_OFF = _of_return("pickupCancel", "$pickup: ID!", "pickupId: $pickup")
PAY_FEE = _of_return(
    "pickupFeePay", "$pickup: ID!", "pickupId: $pickup", "... on PickupFeeNotDue { status }"
)
SHIP = _of_return(
    "waybillSubmit",
    "$id: ID!, $company: String!, $number: String!",
    "returnId: $id, courierCompany: $company, waybillNumber: $number",
    "... on PickupFeeUnpaid { pickupId amount { minor } }",
)
CANCEL = _of_return("returnCancel", "$id: ID!", "returnId: $id")
OBJECT = _of_return(
    "disputeOpen", "$id: ID!", "returnId: $id", "... on ReturnNotDisputable { status }"
)
REPAY = _of_return("refundRepay", "$id: ID!", "returnId: $id")

REFUND = f"""
mutation Refund($key: String!, $order: ID!, $lines: [RefundLineInput!]) {{
  refundOpen(input: {{ idempotencyKey: $key, orderId: $order, lines: $lines }}) {{
    __typename
    ... on RefundOpenSuccess {{ replayed returns {{ ...Life orderLine {{ id }} }} }}
    {REFUSAL}
    ... on OrderShipped {{ shippedAt }}
    ... on QuantityNotLeft {{ asked left }}
  }}
}}
{LIFE}"""

SEEN = f"""
query Seen($id: ID!) {{ node(id: $id) {{ ...Life }} }}
{LIFE}"""
PICKUP = """
query Pickup($id: ID!) { node(id: $id) { ... on Return { pickup { id } } } }"""
QUOTE = """
query Quote($id: ID!) {
  node(id: $id) {
    ... on OrderLine {
      returnability {
        pickupQuote {
          payer basis reason message firstKg
          fee { minor } cover { minor } perKg { minor } shopperPays { minor }
        }
      }
    }
  }
}"""
REFUNDABILITY = """
query Refundability($id: ID!) {
  node(id: $id) {
    ... on Order {
      refundability {
        refundable express message amount { minor } rules { code passed neededFor title why basis }
      }
    }
  }
}"""
SLOTS = """
query Slots($id: ID!) { pickupSlots(returnId: $id) { id capacityLeft } }"""
STARS = """
{ viewer { starLevel { level history { to cause return { id } } } } }"""
WATCH = """
subscription Watch($returnId: ID!) {
  refundUpdates(returnId: $returnId) {
    cursor event message deadline returnStatus pickupStatus advance
    return { refund { message } }
  }
}"""
