"""Star levels: each follows from the one before, and each behaviour from what happened (R2, P2)."""

from sqlalchemy import and_, case, exists, func, literal, or_, select, true

from bff.audit.events import last_event
from bff.audit.law import RowLaw, Words, within
from bff.db.tables import behaviours, events, missed_deadlines, refunds, returns, star_changes
from bff.domain.returns.model import CloseReason, DeadlineKind, ReturnKind, ReturnStatus
from bff.domain.stars.events import topic_of
from bff.domain.stars.model import Behaviour

_change = star_changes.c
_history = (
    select(
        *(_change.shopper_id, _change.seq, _change.previous),
        (func.row_number().over(partition_by=_change.shopper_id, order_by=_change.seq) - 1).label(
            "number"
        ),
        func.lag(_change.level)
        .over(partition_by=_change.shopper_id, order_by=_change.seq)
        .label("before"),
    )
    .where(within(_change.shopper_id))
    .subquery("history")
    .c
)
HISTORY = RowLaw(
    name="star history",
    claim="Each change of a star level begins at the level before it, and none is missing.",
    key=_change.shopper_id,
    wrong=select(
        _history.shopper_id.label("key"),
        *(_history.shopper_id, _history.seq, _history.previous),
        *(_history.number, _history.before),
    ).where(
        or_(
            _history.seq != _history.number,
            _history.previous.is_distinct_from(_history.before),
        )
    ),
    ids=("shopper_id", "seq"),
    words=lambda row: Words(
        f"change {row.number}, from level {row.before or 'none'}",
        f"change {row.seq}, from level {row.previous or 'none'}",
    ),
)

_newest = (
    select(
        *(_change.shopper_id, _change.level),
        func.row_number()
        .over(partition_by=_change.shopper_id, order_by=_change.seq.desc())
        .label("age"),
    )
    .where(within(_change.shopper_id))
    .subquery("newest")
    .c
)
_topic = literal(topic_of("")) + _newest.shopper_id
_pushed = events.c.facts["level"].as_integer()
PUSHED = RowLaw(
    name="pushed levels",
    claim="The star level that was pushed last is the level of today.",
    key=_change.shopper_id,
    wrong=select(
        _newest.shopper_id.label("key"),
        *(_newest.shopper_id, _newest.level, _pushed.label("pushed")),
    ).where(
        _newest.age == 1,
        events.c.topic == _topic,
        events.c.id == last_event(_topic),
        _newest.level != _pushed,
    ),
    ids=("shopper_id",),
    words=lambda row: Words(f"level {row.level}", f"level {row.pushed} in the newest event"),
)

_kind = behaviours.c.kind
_of_goods = and_(
    returns.c.kind == ReturnKind.RETURN_AND_REFUND, returns.c.status == ReturnStatus.SUCCEEDED
)
_fee_missed = exists().where(
    missed_deadlines.c.return_id == returns.c.id,
    missed_deadlines.c.what == DeadlineKind.PICKUP_FEE,
)
# What each says that happened
_ground = case(
    (_kind == Behaviour.GENUINE_RETURN, and_(_of_goods, refunds.c.deducted_minor == 0)),
    (_kind == Behaviour.KEPT_PROMISE, _of_goods),
    (
        _kind == Behaviour.BROKEN_PROMISE,
        and_(
            returns.c.close_reason == CloseReason.NOT_SHIPPED_BACK,
            returns.c.ship_back_from.is_(None),
        ),
    ),
    (_kind == Behaviour.FEE_UNPAID, _fee_missed),
    else_=and_(
        returns.c.close_reason == CloseReason.REFUSAL_STANDS, returns.c.refused_because == _kind
    ),
)
CONDUCT = RowLaw(
    name="behaviours",
    claim="What counts for or against a shopper is what became of the return.",
    key=behaviours.c.return_id,
    wrong=select(
        behaviours.c.return_id.label("key"),
        *(behaviours.c.return_id, behaviours.c.shopper_id, behaviours.c.kind),
        *(returns.c.status, returns.c.close_reason, returns.c.refused_because),
    )
    .join(returns, returns.c.id == behaviours.c.return_id)
    .join(refunds, refunds.c.return_id == returns.c.id)
    .where(
        within(behaviours.c.return_id),
        or_(returns.c.shopper_id != behaviours.c.shopper_id, _ground.is_not(true())),
    ),
    ids=("return_id", "shopper_id"),
    words=lambda row: Words(
        f"a return of this shopper for which {row.kind} holds",
        " ".join(filter(None, (row.status, row.close_reason, row.refused_because))),
    ),
)
LAWS = (HISTORY, PUSHED, CONDUCT)
