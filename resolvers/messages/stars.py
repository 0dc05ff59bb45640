"""What is said about stars, in English; `bff/locale/zh.po` has the Chinese."""

from bff.domain.stars.model import StarChangeCause
from bff.locale.messages import N_

CAUSES = {
    StarChangeCause.FIRST_RATING: N_("First rated by what was bought and returned"),
    StarChangeCause.RATED_AGAIN: N_("Rated again after more was bought or returned"),
    StarChangeCause.STAFF_DECISION: N_("Decided by staff"),
    StarChangeCause.COUNTS_NO_MORE: N_("What counted against you counts no more"),
    StarChangeCause.PENALTY_WITHDRAWN: N_("What was held against you has proved wrong"),
    StarChangeCause.GENUINE_RETURN: N_("The goods that you returned were in order"),
    StarChangeCause.KEPT_PROMISE: N_("You sent the goods back in time"),
    StarChangeCause.BROKEN_PROMISE: N_("The goods of an approved return were never sent back"),
    StarChangeCause.FEE_UNPAID: N_("A pickup fee was not paid in time"),
    StarChangeCause.EMPTY_PARCEL: N_("A parcel came back empty"),
    StarChangeCause.WRONG_ITEM: N_("Something else came back than you had bought"),
    StarChangeCause.USED_ITEM: N_("The goods came back used"),
}

BY_STAFF = N_("Points that staff gave or took; they change as the other parts do.")
ALONE, NOT_ALONE = N_("{more} would be enough"), N_("{more} would raise your points by {points}")
COMES_BACK = N_("On {on}, your points rise by {points}")
# By factor: one more, and several.
MORE = {
    "ORDERS": (N_("1 more order"), N_("{missing} more orders")),
    "MONTHS": (N_("1 more month as a shopper"), N_("{missing} more months as a shopper")),
    "UNITS_BOUGHT": (N_("1 more unit bought"), N_("{missing} more units bought")),
    "HONEST_RETURNS": (
        N_("1 percent more honest returns"),
        N_("{missing} percent more honest returns"),
    ),
    "KEPT_PROMISES": (
        N_("1 more return sent back in time"),
        N_("{missing} more returns sent back in time"),
    ),
}
