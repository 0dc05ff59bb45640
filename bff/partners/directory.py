"""The partners of this installation: each over HTTP where it has an address, or else simulated."""

from collections.abc import Mapping

from pydantic import HttpUrl

from bff.core.signatures import Keys
from bff.db.database import Database
from bff.jobs.timers import Handler
from bff.partners.outbound.client import PartnerClient
from bff.partners.outbound.courier import HttpCourier
from bff.partners.outbound.gateways import Gateways
from bff.partners.outbound.merchant import HttpMerchant
from bff.partners.outbound.payments import HttpPayments
from bff.partners.simulated.partners import SimulatedPartners
from bff.settings import Settings


class Partners:
    """`handlers`: of the timers that simulated partners set; production has none of them."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._clock = db.clock
        self._timeout_s = settings.partner_timeout_seconds
        self._clients: list[PartnerClient] = []
        simulated = SimulatedPartners(db, settings.partner_speed)
        self.handlers: Mapping[str, Handler] = simulated.handlers if settings.demo else {}
        courier = self._client("courier", settings.courier_url, settings.courier_call_secret)
        merchant = self._client("merchant", settings.merchant_url, settings.merchant_call_secret)
        payments = self._client("payments", settings.payment_url, settings.payment_call_secret)
        self.gateways = Gateways(
            courier=HttpCourier(courier, db) if courier else simulated,
            merchant=HttpMerchant(merchant, db) if merchant else simulated,
            payments=HttpPayments(payments) if payments else simulated,
        )

    def _client(self, partner: str, url: HttpUrl | None, secret: str) -> PartnerClient | None:
        if not url:
            return None
        client = PartnerClient(partner, str(url), Keys(secret), self._clock, self._timeout_s)
        self._clients.append(client)
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.close()
