"""GraphQL documents as an app would write them: a tap, a return, stars."""

REFUSAL = """
  ... on UserError { code message }
  ... on InvalidInput { field expected }
  ... on NotFound { field }
"""
TAP_REFUSAL = f"""{REFUSAL}
  ... on ReturnWindowClosed {{ closedOn }}
  ... on CategoryNotReturnable {{ category }}
  ... on QuantityNotLeft {{ asked left }}
  ... on PickupNotOffered {{ level levelNeeded }}
  ... on SlotFull {{ alternatives {{ id capacityLeft }} }}
  ... on SlotPast {{ startedAt alternatives {{ id }} }}
  ... on SlotNotOffered {{ opensHour closesHour alternatives {{ id }} }}
"""

ONE_TAP = """
mutation OneTap($key: String!, $line: ID!, $quantity: Int, $pickup: PickupInput) {
  oneTapReturn(
    input: { idempotencyKey: $key, orderLineId: $line, quantity: $quantity, pickup: $pickup }
  ) {
    __typename
    ... on OneTapReturnSuccess {
      replayed
      refundQuote { refund { minor } advance }
      pickupQuote { payer shopperPays { minor } }
      pickupNotBooked { code message alternatives { id startsAt title } }
      return {
        id status express quantity updatesCursor
        returnAddress { recipient phone region street }
        pickup { id status slot { kind startsAt endsAt } fee { status amount { minor } } }
        refund { id advance amount { minor } }
        deadlines { what at }
        nextActions { code actor by }
      }
    }
    REFUSAL
  }
}""".replace("REFUSAL", TAP_REFUSAL)

RETURN = """
query Return($id: ID!) {
  node(id: $id) {
    ... on Return {
      id status express quantity approvedAt message
      pickup { id status fee { status } }
      waybill { number submittedBy courierCompany { code } }
      refund { advance refundedAt settledAt message amount { minor } }
      deadlines { what at title }
      nextActions { code actor by title }
    }
  }
}"""

WATCH = """
subscription Watch($returnId: ID!, $after: String) {
  refundUpdates(returnId: $returnId, after: $after) {
    cursor at event message returnStatus pickupStatus advance return { id }
  }
}"""

STARS = """
{
  viewer {
    starLevel {
      level score updatesCursor
      next { level missing message ways { factor missing points enough until message } }
      factors { code title description value points maxPoints weight until }
      history { from to at cause message return { id } }
    }
  }
}"""
WATCH_STARS = """
subscription Stars($after: String) {
  starLevelChanges(after: $after) {
    cursor at from to cause message
    return { id status }
    before { code granted } after { code granted }
    gained { code title } lost { code title }
  }
}"""
PREVIEW = """
query Preview($level: Int!) {
  entitlementPreview(level: $level) {
    level now
    entitlements { code title description granted unlockedAt }
    gained { code } lost { code }
  }
}"""
