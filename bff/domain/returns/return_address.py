"""Where goods go back to: where the merchant has filed, or else where the policy says."""

from bff.core import ids
from bff.core.areas import area_code
from bff.db.transaction import Tx
from bff.domain.orders.model import PLATFORM, Address, Merchant
from bff.domain.orders.store import find_address, keep_addresses, merchants_by_id
from bff.domain.policy.model import Policy
from bff.domain.policy.store import policy_version
from bff.domain.returns.model import Return


async def return_address(tx: Tx, merchant: Merchant, policy: Policy) -> Address:
    filed = merchant.return_address_id
    address = await find_address(tx.connection, merchant.id, filed) if filed else None
    return address or await _fallback(tx, policy)


async def return_address_id(tx: Tx, merchant: Merchant, policy: Policy) -> str:
    """The same where the address itself is not needed: a filed one is not read."""
    return merchant.return_address_id or (await _fallback(tx, policy)).id


async def agreed_address_id(tx: Tx, this_return: Return) -> str:
    """Where the goods of a return go, approved now or before."""
    if this_return.return_address_id:
        return this_return.return_address_id
    policy = await policy_version(tx, this_return.policy_version)
    merchants = await merchants_by_id(tx.connection, [this_return.merchant_id])
    return await return_address_id(tx, merchants[this_return.merchant_id], policy)


async def _fallback(tx: Tx, policy: Policy) -> Address:
    """The policy's, kept as a row for returns to name."""
    address_id = ids.external_id(ids.ADDRESS, f"returns-{policy.version}")
    filed = policy.returning.fallback_address
    area = area_code(filed.region)
    address = Address(address_id, PLATFORM, **filed.model_dump(), area_code=area)
    await keep_addresses(tx, [address])
    return address
