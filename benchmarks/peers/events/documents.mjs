// Documents are parsed and validated once, and shared by all who subscribe with them.
import { parse, validate } from "graphql";
import { remembering } from "../domain/moments.mjs";

const MOST_KEPT = 1000;

export class Documents {
  constructor(schema) {
    this.schema = schema;
    this.known = remembering((query) => this.read(query), MOST_KEPT);
  }

  read(query) {
    try {
      const document = parse(query);
      return { document, errors: validate(this.schema, document) };
    } catch (error) {
      return { document: null, errors: [error] };
    }
  }

  /** What graphql-ws executes, or the errors that it tells instead. */
  prepared({ query, variables, operationName }, contextValue) {
    const { document, errors } = this.known(query);
    if (errors.length) return errors;
    return { schema: this.schema, document, operationName, variableValues: variables, contextValue };
  }
}
