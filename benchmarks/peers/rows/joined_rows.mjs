// As few statements as there can be, each joined: three for the home screen. SQLite puts an order's
// lines into JSON by itself: one value to hand over costs less than hundreds.
import { Merchant, Order, OrderLine } from "../domain/orders.mjs";
import { Stars } from "../domain/stars.mjs";
import { prepare, prepareByKeys } from "./statements.mjs";

const VIEWER = `
  SELECT shopper.id, shopper.nickname, newest.level, newest.factors, (
    SELECT at FROM star_changes AS reached
    WHERE reached.shopper_id = shopper.id AND reached.level IS NOT reached.previous
    ORDER BY reached.seq DESC LIMIT 1)
  FROM shoppers AS shopper LEFT JOIN star_changes AS newest
    ON newest.shopper_id = shopper.id
    AND newest.seq = (SELECT max(seq) FROM star_changes WHERE shopper_id = shopper.id)
  WHERE shopper.id = ?`;

const pageSql = (behind) => `
  SELECT o.id, o.number, o.paid_at, o.shipped_at, o.received_at, o.merchant_id, o.currency,
    o.policy_version, merchant.number, merchant.name
  FROM orders AS o JOIN merchants AS merchant ON merchant.id = o.merchant_id
  WHERE o.shopper_id = ? ${behind}
  ORDER BY o.paid_at DESC, o.id DESC LIMIT ?`;

const LINES = `
  SELECT json_group_array(json_array(order_id, line_no, title, category, quantity, paid_minor,
    no_return_confirmed, held_quantity))
  FROM (SELECT * FROM order_lines WHERE order_id IN (KEYS) ORDER BY order_id, line_no)`;

export class JoinedRows {
  constructor(database, book) {
    this.book = book;
    this.viewerById = prepare(database, VIEWER);
    this.firstPage = prepare(database, pageSql(""));
    this.nextPage = prepare(database, pageSql("AND (o.paid_at, o.id) < (?, ?)"));
    this.lines = prepareByKeys(database, LINES);
  }

  viewer(shopperId) {
    const row = this.viewerById.get(shopperId);
    if (!row) return null;
    const [id, nickname, level, factors, since] = row;
    const stars = new Stars(level, factors, since, this.book.current.scorecard);
    return { id, nickname, stars };
  }

  /** At most `first` orders, and one more where there is one. */
  orders(shopperId, first, after) {
    const rows = after
      ? this.nextPage.all(shopperId, ...after, first + 1)
      : this.firstPage.all(shopperId, first + 1);
    const orders = rows.map((row) => this.order(row));
    this.addLines(orders.slice(0, first));
    return orders;
  }

  order(row) {
    const order = new Order(row, this.book.version(row[7]));
    order.merchant = new Merchant(order.merchantId, row[8], row[9]);
    order.lines = [];
    return order;
  }

  addLines(orders) {
    if (!orders.length) return;
    const byId = new Map(orders.map((order) => [order.id, order]));
    const [found] = this.lines(orders.length).get([...byId.keys()]);
    for (const row of JSON.parse(found)) {
      const order = byId.get(row[0]);
      order.lines.push(new OrderLine(row, order));
    }
  }
}
