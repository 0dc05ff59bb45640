import strawberry

from bff.core import money
from bff.locale.messages import told_money
from resolvers.fields import Info, answers, shown, shows


@shows(money.Money, description="An amount in minor units, never a float.")
class Money:
    minor: int = shown("Minor units of the currency: 1299 is 12.99 where it has two decimals.")
    currency: str = shown("ISO 4217.")

    @answers("As people write it in the client's language.")
    @staticmethod
    def display(parent: strawberry.Parent[money.Money], info: Info) -> str:
        return told_money(info.context.language, parent)
