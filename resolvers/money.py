from typing import NewType

import strawberry

from bff.core import money
from bff.locale.messages import format_money
from resolvers.fields import Info, attribute, resolved, view_of

Long = NewType("Long", int)


@view_of(money.Money, description="An amount in minor units, never a float.")
class Money:
    minor: Long = attribute("Minor units of the currency: 1299 is 12.99 where it has two decimals.")
    currency: str = attribute("ISO 4217.")

    @resolved("As people write it in the client's language.")
    @staticmethod
    def display(parent: strawberry.Parent[money.Money], info: Info) -> str:
        return format_money(info.context.language, parent)
