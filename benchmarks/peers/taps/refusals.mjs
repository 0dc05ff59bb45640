// Expected refusals, as the client sees them. Thrown, they undo the transaction.

const PRINTABLE = /^(?:[^\p{C}\p{Z}]| )*$/u;

export class Refusal extends Error {
  constructor(typename, message, facts = {}) {
    super(message);
    this.seen = { __typename: typename, code: codeOf(typename), message, ...facts };
  }
}

function codeOf(typename) {
  return typename.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

export function invalidInput(field, expected) {
  const message = `${field} is not right: ${expected} is expected.`;
  return new Refusal("InvalidInput", message, { field, expected });
}

export function notFound(field) {
  return new Refusal("NotFound", `There is nothing of yours under this ${field}.`, { field });
}

/** Of 1 to `most` characters that can be shown. */
export function isText(text, most) {
  const length = [...text].length;
  return length <= most && text.trim() !== "" && PRINTABLE.test(text);
}
