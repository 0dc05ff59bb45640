"""What is said about the rules of returning, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.returns.rules.table import Basis, RuleCode
from bff.locale.messages import N_

RULE_TITLES = {
    RuleCode.RECEIVED: N_("The goods were received"),
    RuleCode.CATEGORY_RETURNABLE: N_("The category can be returned without a reason"),
    RuleCode.RETURN_RIGHT_KEPT: N_("The right to return was not waived"),
    RuleCode.WITHIN_SEVEN_DAYS: N_("Within 7 days of receipt"),
    RuleCode.QUANTITY_LEFT: N_("Enough are left to return"),
    RuleCode.STAR_LEVEL: N_("The star level is high enough"),
    RuleCode.PILOT_CATEGORY: N_("The category takes part"),
    RuleCode.PILOT_MERCHANT: N_("The merchant takes part"),
    RuleCode.NOT_SHIPPED: N_("The goods have not been shipped"),
    RuleCode.ADVANCE_LIMIT: N_("The amount can be advanced at once"),
}

RULE_REASONS = {
    (RuleCode.RECEIVED, True): N_("Received on {on}."),
    (RuleCode.RECEIVED, False): N_("Not received yet: the days begin on the day after receipt."),
    (RuleCode.CATEGORY_RETURNABLE, True): N_(
        "This category can be returned without a reason: {category}."
    ),
    (RuleCode.CATEGORY_RETURNABLE, False): N_(
        "This category cannot be returned without a reason: {category}."
    ),
    (RuleCode.RETURN_RIGHT_KEPT, True): N_("Nothing else was agreed at purchase."),
    (RuleCode.RETURN_RIGHT_KEPT, False): N_(
        "You confirmed at purchase that it cannot be returned."
    ),
    (RuleCode.WITHIN_SEVEN_DAYS, True): N_("Open until the end of {on}."),
    (RuleCode.WITHIN_SEVEN_DAYS, False): N_("The {days} days ended with {on}."),
    (RuleCode.QUANTITY_LEFT, True): N_("Pieces: {asked}, of {left} that can still be returned."),
    (RuleCode.QUANTITY_LEFT, False): N_(
        "You chose {asked}, but only {left} can still be returned."
    ),
    (RuleCode.STAR_LEVEL, True): N_("Your star level is {level}; {needed} is needed."),
    (RuleCode.STAR_LEVEL, False): N_("Your star level is {level}; {needed} is needed."),
    (RuleCode.PILOT_CATEGORY, True): N_("This category takes part in express return: {category}."),
    (RuleCode.PILOT_CATEGORY, False): N_(
        "This category does not take part in express return yet: {category}."
    ),
    (RuleCode.NOT_SHIPPED, True): N_("The goods have not left yet."),
    (RuleCode.NOT_SHIPPED, False): N_("The goods left on {on}: return them once received."),
    (RuleCode.ADVANCE_LIMIT, True): N_("The amount is within what is advanced at once."),
    (RuleCode.ADVANCE_LIMIT, False): N_(
        "{amount} is more than the {limit} that is advanced for one order."
    ),
    (RuleCode.PILOT_MERCHANT, True): N_("{merchant} takes part in express return."),
    (RuleCode.PILOT_MERCHANT, False): N_("{merchant} does not take part in express return yet."),
}
NOTHING_LEFT = N_("Nothing is left to return.")
APPROVED_AT_ONCE = N_("Approved at once, with the address in the same answer.")
ADVANCED_ALREADY = N_(
    "{amount} is more than is left of the {limit} for one order: {advanced} is advanced already."
)
NEVER_ADVANCED = N_("Refunds in {currency} are not advanced.")
OVER_THE_LIMIT = N_("The amount is more than what is advanced at once.")
WINDOW_NOT_BEGUN = N_("The days begin on the day after receipt.")

BASES = {
    Basis.CONSUMER_LAW_25: N_("Law on the Protection of Consumer Rights, article 25"),
    Basis.SEVEN_DAY_MEASURES: N_("Interim Measures for 7-day no-reason returns"),
    Basis.PURCHASE: N_("What was bought and received"),
    Basis.EXPRESS_RETURN: N_("Terms of express return"),
    Basis.EXPRESS_REFUND: N_("Terms of express refund"),
}
