"""Who the partners are: each over HTTP where it has an address, or else simulated."""

from collections.abc import Mapping

from pydantic import HttpUrl

from bff.core.signatures import Keys
from bff.db.database import Database
from bff.jobs.timers import Handler
from bff.partners.outbound.courier import HttpCourier
from bff.partners.outbound.gateways import CourierGateway, Gateways, MerchantGateway, PaymentGateway
from bff.partners.outbound.http import Line
from bff.partners.outbound.merchant import HttpMerchant
from bff.partners.outbound.payments import HttpPayments
from bff.partners.simulated.partners import SimulatedPartners
from bff.settings import Settings


class Partners:
    def __init__(self, settings: Settings, db: Database) -> None:
        self._settings = settings
        self._db = db
        self._simulated = SimulatedPartners(db, settings.partner_speed)
        self._lines: list[Line] = []

    @property
    def gateways(self) -> Gateways:
        return Gateways(self._courier(), self._merchant(), self._payments())

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Of the timers that simulated partners set; production has none of them."""
        return self._simulated.handlers if self._settings.demo else {}

    async def close(self) -> None:
        for line in self._lines:
            await line.close()

    def _courier(self) -> CourierGateway:
        url, secret = self._settings.courier_url, self._settings.courier_call_secret
        return HttpCourier(self._line("courier", url, secret), self._db) if url else self._simulated

    def _merchant(self) -> MerchantGateway:
        url, secret = self._settings.merchant_url, self._settings.merchant_call_secret
        return (
            HttpMerchant(self._line("merchant", url, secret), self._db) if url else self._simulated
        )

    def _payments(self) -> PaymentGateway:
        url, secret = self._settings.payment_url, self._settings.payment_call_secret
        return HttpPayments(self._line("payments", url, secret)) if url else self._simulated

    def _line(self, partner: str, url: HttpUrl, secret: str) -> Line:
        limit_s = self._settings.partner_timeout_seconds
        line = Line(partner, str(url), Keys(secret), self._db.clock, limit_s)
        self._lines.append(line)
        return line
