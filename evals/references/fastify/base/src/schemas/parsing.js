/** Ajv sees headers as they come from Node, in lower case. */
const HEADERS = { 'idempotency-key': 'Idempotency-Key' };

/** The members of a value under the names that JavaScript gives to things. */
export function inputOf(value) {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), member]));
}

function camel(key) {
  return key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** From the errors of Ajv, each wrong field once; a whole that is no object is the only one. */
export function wrongFields(errors) {
  const messages = new Map(errors.map((error) => [fieldOf(error), `It ${error.message}.`]));
  return [...messages].map(([field, message]) => ({ field, message }));
}

function fieldOf({ instancePath, params }) {
  const [, member] = instancePath.split('/');
  return HEADERS[member] ?? member ?? params.missingProperty ?? params.additionalProperty ?? 'body';
}
