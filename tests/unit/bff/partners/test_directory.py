"""Each partner over HTTP where it has an address, or else simulated; production simulates none."""

from pathlib import Path

import pytest

from bff.partners.directory import Partners
from bff.partners.outbound.courier import HttpCourier
from bff.partners.outbound.merchant import HttpMerchant
from bff.partners.outbound.payments import HttpPayments
from bff.partners.simulated.partners import SimulatedPartners
from bff.settings import Settings
from tests.support.world import World

URL = "https://partner.example/calls"
HTTP = {"courier": HttpCourier, "merchant": HttpMerchant, "payments": HttpPayments}
SETTINGS = {"courier": "courier_url", "merchant": "merchant_url", "payments": "payment_url"}


def settings(folder: Path, **options: str) -> Settings:
    return Settings(database=folder / "x.sqlite3", mode="demo", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HTTP)
async def test_a_partner_with_an_address_is_called_there_and_no_other(
    world: World, tmp_path: Path, name: str
) -> None:
    partners = Partners(settings(tmp_path, **{SETTINGS[name]: URL}), world.db)
    kinds = {other: type(getattr(partners.gateways, other)) for other in HTTP}
    assert kinds == dict.fromkeys(HTTP, SimulatedPartners) | {name: HTTP[name]}
    await partners.close()


async def test_without_addresses_all_are_the_same_simulation(world: World, tmp_path: Path) -> None:
    partners = Partners(settings(tmp_path), world.db)
    assert len({id(getattr(partners.gateways, name)) for name in HTTP}) == 1
    assert "courier.accept" in partners.handlers
    await partners.close()


async def test_production_has_no_timers_of_simulated_partners(world: World, tmp_path: Path) -> None:
    demo = settings(tmp_path)
    assert Partners(demo.model_copy(update={"mode": "production"}), world.db).handlers == {}
