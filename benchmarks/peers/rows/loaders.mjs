// A statement a level, with DataLoader: whatever siblings ask for is asked of the database once.
import DataLoader from "dataloader";
import { Merchant, Order, OrderLine } from "../domain/orders.mjs";
import { Stars } from "../domain/stars.mjs";
import { prepare, prepareByKeys } from "./statements.mjs";

const STARS = `
  SELECT level, factors, (
    SELECT at FROM star_changes AS reached
    WHERE reached.shopper_id = newest.shopper_id AND reached.level IS NOT reached.previous
    ORDER BY reached.seq DESC LIMIT 1)
  FROM star_changes AS newest WHERE shopper_id = ? ORDER BY seq DESC LIMIT 1`;

const pageSql = (behind) => `
  SELECT id, number, paid_at, shipped_at, received_at, merchant_id, currency, policy_version
  FROM orders WHERE shopper_id = ? ${behind} ORDER BY paid_at DESC, id DESC LIMIT ?`;

const LINES = `
  SELECT order_id, line_no, title, category, quantity, paid_minor, no_return_confirmed,
    held_quantity
  FROM order_lines WHERE order_id IN (KEYS) ORDER BY order_id, line_no`;

export class LoadingRows {
  constructor(database, book) {
    this.book = book;
    this.shopper = prepare(database, "SELECT id, nickname FROM shoppers WHERE id = ?");
    this.newestStars = prepare(database, STARS);
    this.firstPage = prepare(database, pageSql(""));
    this.nextPage = prepare(database, pageSql("AND (paid_at, id) < (?, ?)"));
    this.merchants = prepareByKeys(
      database,
      "SELECT id, number, name FROM merchants WHERE id IN (KEYS)",
    );
    this.lines = prepareByKeys(database, LINES);
  }

  viewer(shopperId) {
    const row = this.shopper.get(shopperId);
    return row ? new Shopper(row, this) : null;
  }

  stars(shopperId) {
    const [level, factors, since] = this.newestStars.get(shopperId) ?? [];
    return new Stars(level, factors, since, this.book.current.scorecard);
  }

  orders(shopperId, first, after) {
    const rows = after
      ? this.nextPage.all(shopperId, ...after, first + 1)
      : this.firstPage.all(shopperId, first + 1);
    return rows.map((row) => new Order(row, this.book.version(row[7])));
  }

  merchantsById(ids) {
    const rows = this.merchants(ids.length).all(ids);
    const byId = new Map(rows.map((row) => [row[0], new Merchant(...row)]));
    return ids.map((id) => byId.get(id));
  }

  linesOf(orders) {
    const byId = new Map(orders.map((order) => [order.id, order]));
    for (const order of orders) order.lines = [];
    for (const row of this.lines(orders.length).all([...byId.keys()])) {
      const order = byId.get(row[0]);
      order.lines.push(new OrderLine(row, order));
    }
    return orders.map((order) => order.lines);
  }
}

/** The stars are asked for by several fields, and read once. */
class Shopper {
  constructor(row, rows) {
    [this.id, this.nickname] = row;
    this.rows = rows;
    this.known = null;
  }

  get stars() {
    return (this.known ??= this.rows.stars(this.id));
  }
}

/** For one operation. */
export class Loaders {
  constructor(rows) {
    this.merchant = loader((ids) => rows.merchantsById(ids));
    this.lines = loader((orders) => rows.linesOf(orders));
  }
}

function loader(batch) {
  return new DataLoader(async (keys) => batch(keys));
}
