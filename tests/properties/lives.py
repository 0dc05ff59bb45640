"""A small model of returns, in plain Python: it says beforehand what every step will do.

It is written from the rules, not from the code: it imports no domain module.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.properties.given import (
    ANY_DAY,
    BOOKED_AHEAD,
    COURIERS_COME,
    EIGHT_HOURS,
    LIMIT_MINOR,
    LINES,
    NUMBERS,
    PAYS,
    PLACES,
    QUANTITIES,
    SOON,
    TOO_LATE,
    WINDOWS,
    Act,
    Bought,
    Window,
)

DONE, NOTHING = "done", "nothing"
READY = (
    ("accepts", "AWAITING_COURIER"),
    ("collects", "ACCEPTED"),
    ("uploads", "COLLECTED"),
    ("receives", "AWAITING_MERCHANT_RECEIPT"),
    ("approves", "AWAITING_MERCHANT_APPROVAL"),
    ("ships", "AWAITING_RETURN_SHIPMENT"),
    ("books", "AWAITING_RETURN_SHIPMENT"),
)
OF_PICKUPS = ("calls_off", "accepts", "collects", "uploads")


@dataclass
class Goods:
    """A return; `minor` is what it gives back."""

    line: int
    quantity: int
    minor: int
    advance: bool
    status: str = "AWAITING_MERCHANT_APPROVAL"
    advanced: str = "NONE"
    refunded: bool = False
    waybill: str | None = None
    by: str | None = None

    @property
    def bought(self) -> Bought:
        return LINES[self.line]


@dataclass
class Call:
    """A pickup."""

    goods: int
    slot: str
    shopper_pays: int
    fee: str
    status: str = "AWAITING_COURIER"


@dataclass
class Model:
    now: datetime
    returns: list[Goods] = field(default_factory=list)
    pickups: list[Call] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)
    letters: list[tuple[str, int]] = field(default_factory=list)
    balances: Counter[str] = field(default_factory=Counter)

    def play(self, act: Act) -> str:
        """What comes of it: the name of a refusal, or whether anything was changed."""
        outcome: str = getattr(self, act.what)(act)
        return outcome

    def ready(self) -> list[tuple[str, int]]:
        """What could happen next, and to which."""
        returns = [one.status for one in self.returns]
        pickups = [one.status for one in self.pickups]
        return [
            (what, index)
            for what, ready in READY
            for index, status in enumerate(pickups if what in OF_PICKUPS else returns)
            if status == ready and (what != "books" or self._open_pickup(index) is None)
        ]

    def opens(self, act: Act) -> str:
        line, window = act.target or 0, WINDOWS[act.option % 6]
        quantity = QUANTITIES[act.option // 6 % 5]
        if act.by != LINES[line].by:
            return "NotFound"
        refusal = self._why_not(line, quantity)
        place = self._place(window) if window and LINES[line].express else ""
        if refusal or (place and not place.startswith("+")):
            return refusal or place
        self._open(line, quantity or self._left(line)[0])
        if place:
            self._book(len(self.returns) - 1, place)
        return DONE

    def _why_not(self, line: int, quantity: int | None) -> str:
        left, _ = self._left(line)
        if quantity == 0:
            return "InvalidInput"
        if self.now >= TOO_LATE:
            return "ReturnWindowClosed"
        return "" if 0 < (left if quantity is None else quantity) <= left else "QuantityNotLeft"

    def _left(self, line: int) -> tuple[int, int]:
        """Pieces and minor units of a line that no return holds."""
        held = [one for one in self.returns if one.line == line and one.status != "CLOSED"]
        bought = LINES[line]
        pieces = bought.quantity - sum(one.quantity for one in held)
        return pieces, bought.paid_minor - sum(one.minor for one in held)

    def _open(self, line: int, quantity: int) -> None:
        pieces, minor = self._left(line)
        share, express = minor * quantity // pieces, LINES[line].express
        self.returns.append(Goods(line, quantity, share, express and share <= LIMIT_MINOR))
        goods = len(self.returns) - 1
        self.told.append((goods, "RETURN_OPENED"))
        if express:
            self._approve(goods)
        else:
            self.letters.append(("return.approval_requested", goods))

    def _approve(self, goods: int) -> None:
        self.returns[goods].status = "AWAITING_RETURN_SHIPMENT"
        self.told.append((goods, "RETURN_APPROVED"))

    def _place(self, window: Window) -> str:
        """A slot's key behind a plus, or the refusal."""
        local = self.now + EIGHT_HOURS
        if window.soon_on in (ANY_DAY, f"{local:%Y%m%d}"):
            key = f"asap-{local:%Y%m%dT%H}" if local.hour in COURIERS_COME else None
        elif window.begins and window.begins <= self.now:
            return "SlotPast"
        else:
            key = self._ahead(window, local)
        if key is None:
            return "SlotNotOffered"
        taken = sum(one.slot == key and one.status != "CANCELLED" for one in self.pickups)
        return f"+{key}" if taken < PLACES else "SlotFull"

    def _ahead(self, window: Window, local: datetime) -> str | None:
        if window.begins is None:
            return None
        days = (window.begins + EIGHT_HOURS).date() - local.date()
        return window.key if days <= BOOKED_AHEAD else None

    def _book(self, goods: int, place: str) -> None:
        pays = PAYS[self.returns[goods].bought.by]
        self.pickups.append(Call(goods, place[1:], pays, "UNPAID" if pays else "WAIVED"))
        self.told.append((goods, "PICKUP_BOOKED"))
        self.letters.append(("pickup.requested", len(self.pickups) - 1))

    def _mine(self, goods: int | None, by: str) -> Goods | None:
        found = self.returns[goods] if goods is not None else None
        return found if found and found.bought.by == by else None

    def _open_pickup(self, goods: int) -> int | None:
        known = [index for index, one in enumerate(self.pickups) if one.goods == goods]
        return known[-1] if known and self.pickups[known[-1]].status != "CANCELLED" else None

    def books(self, act: Act) -> str:
        goods = self._mine(act.target, act.by)
        if goods is None or act.target is None:
            return "NotFound"
        if goods.status != "AWAITING_RETURN_SHIPMENT":
            return "ReturnNotAwaitingShipment"
        if self._open_pickup(act.target) is not None:
            return "PickupBookedAlready"
        place = self._place(WINDOWS[act.option % 6] or SOON)
        if not place.startswith("+"):
            return place
        self._book(act.target, place)
        return DONE

    def calls_off(self, act: Act) -> str:
        pickup = self.pickups[act.target] if act.target is not None else None
        if act.target is None or pickup is None or not self._mine(pickup.goods, act.by):
            return "NotFound"
        if pickup.status not in ("AWAITING_COURIER", "ACCEPTED"):
            return "PickupNotCancellable"
        self._call_off(act.target)
        return DONE

    def _call_off(self, pickup: int) -> None:
        self.pickups[pickup].status = "CANCELLED"
        self.told.append((self.pickups[pickup].goods, "PICKUP_CANCELLED"))
        self.letters.append(("pickup.cancelled", pickup))

    def cancels(self, act: Act) -> str:
        goods = self._mine(act.target, act.by)
        if goods is None or act.target is None:
            return "NotFound"
        pickup = self._open_pickup(act.target)
        collected = pickup is not None and self.pickups[pickup].status == "COLLECTED"
        if collected or not goods.status.startswith(("AWAITING_MERCHANT_A", "AWAITING_RETURN")):
            return "ReturnNotCancellable"
        if pickup is not None:
            self._call_off(pickup)
        goods.status = "CLOSED"
        self.told.append((act.target, "RETURN_CLOSED"))
        return DONE

    def ships(self, act: Act) -> str:
        if self._mine(act.target, act.by) is None or act.target is None:
            return "NotFound"
        return self._ship(act.target, act.option, "SHOPPER")

    def _ship(self, target: int, option: int, source: str) -> str:
        goods, number = self.returns[target], NUMBERS[option % 4]
        if goods.status != "AWAITING_RETURN_SHIPMENT":
            return "ReturnNotAwaitingShipment"
        if number == NUMBERS[-1]:
            return "InvalidInput"
        others = [one.bought for one in self.returns if one.waybill == number]
        parcel = (goods.bought.by, goods.bought.merchant)
        if any((one.by, one.merchant) != parcel for one in others):
            return "WaybillUsed"
        pickup = self._open_pickup(target)
        if pickup is not None and self.pickups[pickup].status != "COLLECTED":
            self._call_off(pickup)
        goods.status, goods.waybill, goods.by = "AWAITING_MERCHANT_RECEIPT", number, source
        self.told.append((target, "WAYBILL_SUBMITTED"))
        self.letters.append(("return.shipped_back", target))
        if goods.advance:
            self._advance(target)
        return DONE

    def _advance(self, target: int) -> None:
        goods = self.returns[target]
        goods.advanced, goods.refunded = "ADVANCED", True
        self._pay(goods, "platform", goods.bought.by)
        self.told.append((target, "REFUND_ADVANCED"))

    def _pay(self, goods: Goods, giver: str, taker: str) -> None:
        self.balances[giver] -= goods.minor
        self.balances[taker] += goods.minor

    def approves(self, act: Act) -> str:
        if act.target is None or not self._waits(act.target, "AWAITING_MERCHANT_APPROVAL"):
            return NOTHING
        self._approve(act.target)
        return DONE

    def _waits(self, goods: int, status: str) -> bool:
        return self.returns[goods].status == status

    def receives(self, act: Act) -> str:
        if act.target is None or not self._waits(act.target, "AWAITING_MERCHANT_RECEIPT"):
            return NOTHING
        goods = self.returns[act.target]
        goods.status = "SUCCEEDED"
        if goods.advance:
            goods.advanced = "SETTLED"
            self._pay(goods, goods.bought.merchant, "platform")
        else:
            goods.refunded = True
            self._pay(goods, goods.bought.merchant, goods.bought.by)
            self.told.append((act.target, "REFUND_PAID_BY_MERCHANT"))
        self.told.append((act.target, "RETURN_SUCCEEDED"))
        return DONE

    def accepts(self, act: Act) -> str:
        return self._report(act.target, "AWAITING_COURIER", "ACCEPTED")

    def collects(self, act: Act) -> str:
        outcome = self._report(act.target, "ACCEPTED", "COLLECTED")
        if outcome == DONE and act.target is not None:
            pickup = self.pickups[act.target]
            pickup.fee = "PAID" if pickup.shopper_pays else "WAIVED"
        return outcome

    def _report(self, target: int | None, before: str, after: str) -> str:
        if target is None or self.pickups[target].status != before:
            return NOTHING
        self.pickups[target].status = after
        self.told.append((self.pickups[target].goods, f"PICKUP_{after}"))
        return DONE

    def uploads(self, act: Act) -> str:
        """The courier enters the waybill's number."""
        if act.target is None:
            return NOTHING
        return self._ship(self.pickups[act.target].goods, act.option, "COURIER")
