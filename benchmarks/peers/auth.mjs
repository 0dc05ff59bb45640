// Shoppers' tokens. Verified ones are kept, by the token itself, until they expire.
import { createVerifier } from "fast-jwt";
import { GraphQLError } from "graphql";

const BEARER = "bearer ";
const MOST_KEPT = 10_000;

// fast-jwt warns of keys that collide, as digests cut short would; a whole token is its own key.
process.removeAllListeners("warning");

/** Told with status 401, which each server looks for in a place of its own. */
export class TokenError extends GraphQLError {
  statusCode = 401;

  constructor(message) {
    super(message, { extensions: { code: "UNAUTHENTICATED", http: { status: 401 } } });
  }
}

/** A function from an Authorization header to the shopper's id, null without one. */
export function shopperReader(secret) {
  const verify = createVerifier({
    key: secret,
    algorithms: ["HS256"],
    allowedAud: "express-return-bff",
    requiredClaims: ["sub", "exp"],
    cache: MOST_KEPT,
    cacheKeyBuilder: (token) => token,
  });
  return (header) => (header ? subjectOf(verify, header) : null);
}

function subjectOf(verify, header) {
  if (header.slice(0, BEARER.length).toLowerCase() !== BEARER) {
    throw new TokenError("Authorization must be: Bearer TOKEN");
  }
  try {
    return verify(header.slice(BEARER.length).trim()).sub;
  } catch {
    throw new TokenError("the token is not one of ours, or has expired");
  }
}
