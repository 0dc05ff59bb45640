"""Defects in what is believed of partners' reports, and in who pays for whose breach: P1 to P9."""

from tools.mutants.runner import Mutant


def _case(name: str) -> tuple[str, ...]:
    return (f"tests/scenarios/cases/test_{name}.py",)


FACT_CATALOGUE = (
    Mutant(
        "judged-by-arrival",
        "the merchant has the goods from the moment at which that is reported",
        "bff/domain/returns/reports/merchant.py",
        "received_at, known_at = _happened_at(this_return, at), ",
        "received_at, known_at = tx.now, ",
        _case("goods_received_yesterday"),
    ),
    Mutant(
        "receipt-implies-nothing",
        "an order that was received need not have been shipped",
        "bff/domain/orders/milestones.py",
        "reported.shipped_at or order.shipped_at or received_at, received_at)\n",
        "reported.shipped_at or order.shipped_at, received_at)\n",
        _case("received_before_shipped"),
    ),
    Mutant(
        "second-not-recalled",
        "a payment that is requested goes on though the first one has moved after all",
        "bff/domain/returns/reports/payments.py",
        "        await recall_second(tx, live, payment)\n",
        "        pass\n",
        _case("late_success"),
    ),
    Mutant(
        "facts-given-up",
        "a report of what is certain is given up after a day",
        "bff/jobs/inbox.py",
        "        return self._reports[kept.partner][kept.type].certain\n",
        "        return self._reports[kept.partner][kept.type] is None\n",
        ("tests/unit/bff/jobs/test_inbox.py",),
    ),
    Mutant(
        "waits-for-its-timer",
        "a report that waits is not looked at when its subject changes",
        "bff/jobs/received_events.py",
        "    if (await tx.execute(_release, values)).rowcount:\n        tx.topics.add(WORK)\n",
        "    values.clear()\n",
        ("tests/api/webhooks/test_out_of_order.py",),
    ),
    Mutant(
        "credited-twice",
        "a credit note of a return that was made here holds its pieces again",
        "bff/domain/returns/credits.py",
        "        if quantity > 0:\n",
        "        if quantity < 0:\n",
        _case("credit_note_of_own_return"),
    ),
    Mutant(
        "couriers-breach-is-the-shoppers",
        "the shopper's days to ship run on while a courier does not come",
        "bff/domain/returns/rules/deadlines.py",
        "this_return.ship_back_from or this_return.approved_at or this_return.opened_at\n",
        "this_return.approved_at or this_return.opened_at\n",
        _case("courier_no_show"),
    ),
    Mutant(
        "merchant-disagrees",
        "a merchant refuses a no-reason return because it does not agree",
        "bff/domain/returns/rules/refusal_grounds.py",
        "    if because not in OF_GOODS:\n        return NO_GROUND\n",
        "",
        _case("merchant_does_not_agree"),
    ),
    Mutant(
        "number-travels-again",
        "the waybill of a return that has ended serves another one",
        "bff/domain/returns/transitions/shipments.py",
        "(other.shopper_id, other.merchant_id) == parties and other.ended_at is None\n",
        "(other.shopper_id, other.merchant_id) == parties or bool(other.ended_at)\n",
        _case("waybill_of_an_ended_return"),
    ),
    Mutant(
        "limit-of-each-return",
        "the advance's limit counts one return at a time",
        "bff/domain/refunds/model.py",
        "or advanced_minor + amount.minor <= limit\n",
        "or amount.minor <= limit\n",
        _case("advance_limit_explained"),
    ),
    Mutant(
        "a-parcel-each",
        "each thing of one order has a courier and a fee of its own",
        "bff/domain/returns/transitions/pickups.py",
        "        if same_way and request.fits(pickup, tx.now):\n",
        "        if not same_way and request.fits(pickup, tx.now):\n",
        _case("one_parcel_for_one_order"),
    ),
    Mutant(
        "no-return-at-night",
        "a tap fails where its pickup cannot be had",
        "bff/domain/returns/commands/returns.py",
        "    except WITHOUT_PICKUP as refusal:\n",
        "    except AfterApproval as refusal:\n",
        _case("tap_at_night"),
    ),
)
