// The message of each event, as the app shows it.

const EVENTS = {
  RETURN_OPENED: "The return is open.",
  RETURN_APPROVED: "The return is approved; you have the return address.",
  RETURN_REFUSED: "The merchant refuses the return; you can object.",
  RETURN_CLOSED: "The return is closed.",
  RETURN_SUCCEEDED: "The return is done.",
  DISPUTE_OPENED: "You have objected; the platform decides.",
  PICKUP_BOOKED: "The pickup is booked; the courier company has been informed.",
  PICKUP_RESCHEDULED: "The pickup has a new time; the courier company has been informed.",
  PICKUP_OFFERED_TO_NEXT: "The next courier company is called.",
  PICKUP_ACCEPTED: "The pickup is accepted: a courier will come.",
  PICKUP_COLLECTED: "The courier has the goods.",
  PICKUP_VISIT_FAILED: "The courier came, but could not collect the goods.",
  PICKUP_WEIGHED: "The parcel is weighed; the pickup fee is final.",
  PICKUP_FEE_DUE: "The refund waits for the pickup fee: please pay it.",
  PICKUP_FEE_PAID: "The pickup fee is paid.",
  PICKUP_FEE_PAYMENT_FAILED: "The payment failed; it can be tried again.",
  PICKUP_CANCELLED: "The pickup is cancelled.",
  WAYBILL_SUBMITTED: "The waybill number is entered.",
  GOODS_RECEIVED: "The merchant has received the parcel.",
  GOODS_REFUSED: "The merchant refuses the goods; you can object.",
  REFUND_ADVANCED: "The money is back: the platform has advanced it.",
  ADVANCE_CLOSED: "The refund is not advanced; the merchant pays it.",
  REFUND_PAID_BY_MERCHANT: "The money is back: the merchant has paid it.",
  REFUND_SETTLED: "The merchant has repaid the platform.",
  REFUND_PAYMENT_FAILED: "The refund could not be paid yet; it is tried again.",
  REFUND_CLAWED_BACK: "The refusal stands: the advance has to be paid back.",
  REFUND_REPAID: "The advance is paid back.",
  REPAYMENT_FAILED: "The payment failed; it can be tried again.",
  DEADLINE_MISSED: "A deadline has passed.",
};

const MISSED = {
  MERCHANT_ANSWER: "The merchant has not answered in time.",
  SHIP_BACK: "The goods were not sent back in time.",
  COURIER_ANSWER: "The courier company has not answered in time.",
  COURIER_ARRIVAL: "The courier is late.",
  COURIER_WAYBILL: "The courier is late with the waybill number.",
  PICKUP_FEE: "The pickup fee was not paid in time.",
  MERCHANT_INSPECTION: "The merchant has not inspected the goods in time.",
  DISPUTE: "You have not objected in time.",
  STAFF_DECISION: "The platform has not decided in time.",
  REFUND_RETRY: "The refund is tried again.",
};

/** `deadline`: the one that was missed, where that is the event. */
export function messageOf(kind, deadline) {
  return deadline ? MISSED[deadline] : EVENTS[kind];
}
