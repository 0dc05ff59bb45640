// What the tabs start from: an address, an order that is not shipped yet, and a line that this
// shopper can return in one tap, rather one whose money the platform advances.

function lineToReturn(orders) {
  const lines = orders.nodes.flatMap((order) => order.lines);
  const express = lines.filter((line) => line.returnability.express);
  return express.find((line) => line.returnability.refundQuote?.advance) ?? express[0];
}

function orderToRefund(orders) {
  return orders.nodes.find((order) => order.refundability?.refundable);
}

async function post({ endpoint, token, lookup }) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ query: lookup }),
  });
  return response.json();
}

export async function lookUp(config) {
  try {
    const { viewer } = (await post(config)).data;
    return {
      orderLineId: lineToReturn(viewer.orders)?.id,
      orderId: orderToRefund(viewer.orders)?.id,
      addressId: viewer.addresses[0]?.id,
    };
  } catch (error) {
    console.warn("The tabs' variables are left empty:", error);
    return {};
  }
}
