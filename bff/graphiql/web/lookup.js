// What the tabs start from: a line that this shopper can return in one tap, and an address.

function expressLine(orders) {
  const lines = orders.nodes.flatMap((order) => order.lines);
  return lines.find((line) => line.returnability.express);
}

async function asked({ endpoint, token, lookup }) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ query: lookup }),
  });
  return response.json();
}

export async function lookUp(config) {
  try {
    const { viewer } = (await asked(config)).data;
    return { orderLineId: expressLine(viewer.orders)?.id, addressId: viewer.addresses[0]?.id };
  } catch (error) {
    console.warn("The tabs' variables are left empty:", error);
    return {};
  }
}
