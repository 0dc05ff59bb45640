// Taking a place for a pickup, and asking the courier company to come.
import { toStored } from "../domain/moments.mjs";
import { prepare } from "../rows/statements.mjs";
import { newId } from "./ids.mjs";
import { invalidInput, isText, notFound, Refusal } from "./refusals.mjs";
import { slotFor } from "./slots.mjs";

const LENGTHS = { recipient: 80, phone: 32, region: 80, street: 200 };

/** The address of a wish, without spaces around; null without one. Throws Refusal. */
export function checkedAddress(wish) {
  if (!wish.address) return null;
  if (wish.addressId != null) {
    throw invalidInput("pickup.address", "either addressId or address, not both");
  }
  return Object.entries(LENGTHS).map(([name, most]) => {
    const text = wish.address[name].trim();
    if (isText(text, most)) return text;
    throw invalidInput(`pickup.address.${name}`, `1 to ${most} characters`);
  });
}

export class Booking {
  constructor(database, writing) {
    this.writing = writing;
    this.owned = prepare(
      database,
      "SELECT id, region FROM addresses WHERE owner_id = ? ORDER BY id LIMIT 1",
    );
    this.address = prepare(database, "SELECT id, region, owner_id FROM addresses WHERE id = ?");
    this.addAddress = database.prepare("INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?)");
    this.take = database.prepare(
      "UPDATE slots SET remaining = remaining - 1 WHERE area = ? AND key = ? AND remaining > 0",
    );
    this.open = database.prepare("INSERT INTO slots VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  }

  /** The slot. Throws Refusal. */
  book(subject, returnId, wish, quote, now) {
    const { pickup } = subject.policy;
    const [addressId, area] = this.where(subject.shopper, wish, now);
    const slot = slotFor(wish.slotId ?? null, now, pickup);
    this.takePlace(area, slot.key, pickup.capacity);
    const id = newId("pic", now);
    this.writing.addPickup.run({
      ...{ id, returnId, addressId, area, key: slot.key, kind: slot.kind },
      startsAt: toStored(slot.startsAt),
      endsAt: toStored(slot.endsAt),
      company: pickup.couriers[0].code,
      fee: quote.fee.minor,
      owed: quote.shopperPays.minor,
      currency: quote.fee.currency,
      payer: quote.payer,
      feeStatus: quote.shopperPays.minor ? "UNPAID" : "WAIVED",
      at: toStored(now),
    });
    this.writing.post("pickup.requested", id, toStored(now));
    return slot;
  }

  /** The address's id and its region. */
  where(shopper, wish, now) {
    if (wish.checked) return this.newAddress(shopper, wish.checked, now);
    if (wish.addressId != null) return this.ownAddress(shopper, wish.addressId);
    const found = this.owned.get(shopper);
    if (found) return found;
    throw new Refusal("AddressNeeded", "Where should the courier come? Please give an address.");
  }

  newAddress(shopper, [recipient, phone, region, street], now) {
    const id = newId("adr", now);
    this.addAddress.run(id, shopper, recipient, phone, region, street);
    return [id, region];
  }

  ownAddress(shopper, addressId) {
    const found = this.address.get(addressId);
    if (found?.[2] !== shopper) throw notFound("pickup.addressId");
    return found;
  }

  /** The place is gone in the statement that looked; nobody has a row before its first pickup. */
  takePlace(area, key, capacity) {
    if (this.take.run(area, key).changes) return;
    const opened = this.open.run(area, key, capacity, capacity).changes;
    if (opened && this.take.run(area, key).changes) return;
    throw new Refusal("SlotFull", "This time is fully booked.");
  }
}
