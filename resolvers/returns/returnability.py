from collections.abc import Hashable, Sequence
from datetime import date, datetime

import strawberry

from bff.domain.orders.model import OrderLine
from bff.domain.policy.model import Policy
from bff.domain.refunds import model as refunds
from bff.domain.returns.rules import returnability as rules
from bff.domain.returns.rules import table as checks
from bff.domain.returns.rules.returnability import Returnability as Answer
from bff.graphql.context import Context
from bff.locale.language import Language
from bff.locale.messages import N_, Fact, translate
from loaders.orders import merchants_by_id, orders_by_id
from loaders.stars import stars_by_shopper
from resolvers.fields import Info, attribute, describe_enum, resolved, resolved_by_level, view_of
from resolvers.money import Money
from resolvers.pickups.parts import PickupQuote
from resolvers.returns.rule_messages import BASES, RULE_REASONS, RULE_TITLES, WINDOW_NOT_BEGUN

describe_enum(
    checks.RuleScope,
    "What is lost when a rule fails.",
    RETURN="The return itself.",
    EXPRESS="Approval at once: the merchant then has 72 hours to answer.",
)

describe_enum(
    checks.RuleCode,
    "The rules of returning.",
    RECEIVED="The goods were received (签收).",
    CATEGORY_RETURNABLE="Not made to order, fresh, digital or a periodical.",
    RETURN_RIGHT_KEPT="The shopper did not confirm at purchase that it cannot be returned.",
    WITHIN_SEVEN_DAYS="Seven days, counted from the day after receipt, in Shanghai.",
    QUANTITY_LEFT="No more than was bought and not yet returned.",
    STAR_LEVEL="The star level that express return needs.",
    PILOT_CATEGORY="The category takes part in express return.",
    PILOT_MERCHANT="The merchant takes part in express return.",
    NOT_SHIPPED="The goods have not left the merchant.",
    ADVANCE_LIMIT="The amount is within what the platform advances at once.",
)


AT_ONCE = N_("Approved at once, with the address in the same answer.")


async def subject_of(context: Context, line: OrderLine, level: int | None = None) -> rules.Subject:
    """All that the rules look at; `level` None: the shopper's own."""
    load = context.loaders
    order = await load.known(orders_by_id, line.order_id)
    merchant = await load.known(merchants_by_id, order.merchant_id)
    policy = await context.policy(order.policy_version)
    if level is None:
        level = (await load.known(stars_by_shopper, order.shopper_id)).level
    return rules.Subject(line, order, merchant, policy, level)


async def subjects_of(context: Context, lines: Sequence[OrderLine]) -> list[rules.Subject]:
    """Of a whole level, each at its shopper's own star level."""
    load = context.loaders
    orders = await load.by_key(orders_by_id, {line.order_id for line in lines})
    merchants = await load.by_key(merchants_by_id, {one.merchant_id for one in orders.values()})
    stars = await load.by_key(stars_by_shopper, {one.shopper_id for one in orders.values()})
    versions = {one.policy_version for one in orders.values()}
    policies = {version: await context.policy(version) for version in versions}
    return [
        rules.Subject(
            line,
            order := orders[line.order_id],
            merchants[order.merchant_id],
            policies[order.policy_version],
            stars[order.shopper_id].level,
        )
        for line in lines
    ]


class Teller:
    """Tells what the rules say, in a language and by a policy's words."""

    def __init__(self, language: Language, policy: Policy) -> None:
        self.language = language
        self._policy = policy
        self._reasons: dict[Hashable, str] = {}
        self.at_once = translate(language, AT_ONCE)

    def why(self, check: checks.RuleCheck) -> str:
        if check.code is checks.RuleCode.WITHIN_SEVEN_DAYS and check.deadline is None:
            return translate(self.language, WINDOW_NOT_BEGUN)
        return self.reason(check.code, check.passed, check.facts)

    def reason(self, code: checks.RuleCode, passed: bool, facts: dict[str, checks.Fact]) -> str:
        """Lines of one order fail for the same reason."""
        key = (code, passed, *facts.values())
        told = self._reasons.get(key)
        if told is None:
            told = translate(self.language, RULE_REASONS[code, passed], **self._told(facts))
            self._reasons[key] = told
        return told

    def _told(self, facts: dict[str, checks.Fact]) -> dict[str, Fact]:
        """Codes become titles, ISO dates become dates."""
        told: dict[str, Fact] = dict(facts)
        if category := facts.get("category"):
            told["category"] = self._policy.category_title(str(category), self.language)
        if on := facts.get("on"):
            told["on"] = date.fromisoformat(str(on))
        return told


async def teller_of(context: Context) -> Teller:
    return Teller(context.language, await context.current_policy())


@view_of(checks.RuleCheck, description="A rule, and whether it is met.")
class RuleCheck:
    code: checks.RuleCode = attribute("Which rule.")
    passed: bool = attribute("Whether it is met.")
    scope: checks.RuleScope = attribute("What is lost when it fails.", name="neededFor")
    deadline: datetime | None = attribute("Until when it is met, where time decides.")

    @resolved("The rule in words.")
    @staticmethod
    def title(parent: strawberry.Parent[checks.RuleCheck], info: Info) -> str:
        return translate(info.context.language, RULE_TITLES[parent.code])

    @resolved_by_level("Why it is met, or not.", kind=str)
    @staticmethod
    async def why(parents: Sequence[checks.RuleCheck], info: Info) -> list[str]:
        teller = await teller_of(info.context)
        return [teller.why(parent) for parent in parents]

    @resolved("The law or the terms that the rule rests on.")
    @staticmethod
    def basis(parent: strawberry.Parent[checks.RuleCheck], info: Info) -> str:
        return translate(info.context.language, BASES[parent.basis])


@view_of(refunds.RefundQuote, description="What a return gives back.")
class RefundQuote:
    quantity: int = attribute("How many pieces.")
    refund: Money = attribute("What was paid for them, after their share of the order's discount.")
    advance: bool = attribute("Whether it is paid once the waybill is in, ahead of the merchant.")

    @resolved("When the money comes, in words.")
    @staticmethod
    def message(parent: strawberry.Parent[refunds.RefundQuote], info: Info) -> str:
        advanced = N_("{refund} within 1 second of the waybill.")
        later = N_("{refund} once the merchant has the goods.")
        message = advanced if parent.advance else later
        return translate(info.context.language, message, refund=parent.refund)


@view_of(Answer, description="Whether and how a line can be returned, rule by rule.")
class Returnability:
    returnable: bool = attribute("Whether it can be returned at all.")
    express: bool = attribute("Whether a return would be approved at once.")
    until: datetime | None = attribute("The first moment at which it is too late.")
    rules: list[RuleCheck] = attribute("Every rule that was checked.")
    refund_quote: RefundQuote | None = attribute("Null where nothing can be returned.")
    pickup_quote: PickupQuote | None = attribute("Null where no door pickup is offered.")

    @resolved_by_level("The outcome in words.", kind=str)
    @staticmethod
    async def message(parents: Sequence[Answer], info: Info) -> list[str]:
        teller = await teller_of(info.context)
        return [_outcome(teller, parent) for parent in parents]


def _outcome(teller: Teller, answer: Answer) -> str:
    if answer.express:
        return teller.at_once
    if against := answer.against:
        return teller.reason(against.code, False, against.facts(answer.asked))
    hours = answer.merchant_answer_hours
    return translate(teller.language, N_("The merchant has {hours} hours to answer."), hours=hours)
