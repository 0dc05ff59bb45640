// Minor units as British English writes them. Intl is asked once a currency: it is slow.
import { remembering } from "./moments.mjs";

const THOUSANDS = /\B(?=(\d{3})+$)/g;

const ways = remembering((currency) => {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  const symbol = format.formatToParts(0).find((part) => part.type === "currency").value;
  return { symbol, digits: format.resolvedOptions().maximumFractionDigits };
});

export function display(minor, currency) {
  const { symbol, digits } = ways(currency);
  const text = String(minor).padStart(digits + 1, "0");
  const major = digits ? text.slice(0, -digits) : text;
  const whole = major.length > 3 ? major.replace(THOUSANDS, ",") : major;
  return digits ? `${symbol}${whole}.${text.slice(-digits)}` : symbol + whole;
}

export class Money {
  constructor(minor, currency) {
    this.minor = minor;
    this.currency = currency;
  }

  get display() {
    return display(this.minor, this.currency);
  }
}
