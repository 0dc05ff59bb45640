"""What a shopper can do about the address book."""

import strawberry

from bff.db.transaction import Tx
from bff.domain.orders import address_book
from loaders.orders import addresses_by_id, shoppers_by_id
from resolvers.fields import attribute, loaded
from resolvers.mutation_fields import KEY, MutationSuccess, mutation
from resolvers.orders.types import Address
from resolvers.pickups.inputs import AddressInput, address_form
from resolvers.shopper.types import Shopper
from resolvers.shopper.user_errors import AddressLimitReached

MAKE_DEFAULT = "Whether it becomes the default address."


@strawberry.input(description="An address for the book.")
class AddressCreateInput:
    idempotency_key: str = attribute(KEY)
    address: AddressInput = attribute("The address.")
    is_default: bool = strawberry.field(default=False, description=MAKE_DEFAULT)


@strawberry.input
class AddressMutationInput:
    idempotency_key: str = attribute(KEY)
    address_id: strawberry.ID = attribute("The address's id.")


@strawberry.input(description="Another version of an address.")
class AddressUpdateInput(AddressMutationInput):
    address: AddressInput = attribute("What it is from now on.")
    is_default: bool | None = strawberry.field(
        default=None, description="Whether it is the default address; as before by default."
    )


@strawberry.input(description="The address to delete.")
class AddressDeleteInput(AddressMutationInput):
    pass


@strawberry.input(description="The address to make the default.")
class AddressSetDefaultInput(AddressMutationInput):
    pass


@strawberry.type
class AddressBookSuccess(MutationSuccess):
    shopper_id: strawberry.Private[str]
    shopper: Shopper = loaded(
        shoppers_by_id, by="shopper_id", description="The shopper, with the address book."
    )


@strawberry.type
class AddressMutationSuccess(AddressBookSuccess):
    address_id: strawberry.Private[str]
    address: Address = loaded(addresses_by_id, by="address_id", description="The address.")


@strawberry.type(description="The address is in the book.")
class AddressCreateSuccess(AddressMutationSuccess):
    pass


@strawberry.type(description="The new version is in the book, under an id of its own.")
class AddressUpdateSuccess(AddressMutationSuccess):
    pass


@strawberry.type(description="The address is no longer in the book.")
class AddressDeleteSuccess(AddressBookSuccess):
    pass


@strawberry.type(description="The address is the default.")
class AddressSetDefaultSuccess(AddressMutationSuccess):
    pass


@strawberry.type
class AddressMutations:
    @mutation(
        "Add an address to the book; the same address again is the one that is there.",
        refusals=[AddressLimitReached],
        result="The address, or why it is not added.",
    )
    @staticmethod
    async def address_create(
        tx: Tx, shopper_id: str, inputs: AddressCreateInput
    ) -> AddressCreateSuccess:
        form = address_form(inputs.address, "address")
        added = await address_book.add_to_book(tx, shopper_id, form, is_default=inputs.is_default)
        return AddressCreateSuccess(address_id=added.id, shopper_id=shopper_id)

    @mutation(
        "Replace an address of the book. Orders, pickups and returns keep the former one.",
        result="The address, or why it stays.",
    )
    @staticmethod
    async def address_update(
        tx: Tx, shopper_id: str, inputs: AddressUpdateInput
    ) -> AddressUpdateSuccess:
        form = address_form(inputs.address, "address")
        updated = await address_book.update_in_book(
            tx, shopper_id, inputs.address_id, form, is_default=inputs.is_default
        )
        return AddressUpdateSuccess(address_id=updated.id, shopper_id=shopper_id)

    @mutation(
        "Delete an address from the book. Orders, pickups and returns keep it.",
        result="The book, or why the address stays.",
    )
    @staticmethod
    async def address_delete(
        tx: Tx, shopper_id: str, inputs: AddressDeleteInput
    ) -> AddressDeleteSuccess:
        await address_book.remove_from_book(tx, shopper_id, inputs.address_id)
        return AddressDeleteSuccess(shopper_id=shopper_id)

    @mutation(
        "Make an address of the book the default.",
        result="The address, or why it is not the default.",
    )
    @staticmethod
    async def address_set_default(
        tx: Tx, shopper_id: str, inputs: AddressSetDefaultInput
    ) -> AddressSetDefaultSuccess:
        address_id = inputs.address_id
        await address_book.set_default(tx, shopper_id, address_id)
        return AddressSetDefaultSuccess(address_id=address_id, shopper_id=shopper_id)
