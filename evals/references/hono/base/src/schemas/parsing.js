import { Invalid } from '../errors.js';

/** What the schema makes of a value. */
export function parse(schema, value) {
  return parseAll({ value: [schema, value] }).value;
}

/** What schemas make of several values of one request, refused together: by name, pairs of a schema and a value. */
export function parseAll(pairs) {
  const results = Object.entries(pairs).map(([part, [schema, value]]) => [part, schema.safeParse(value)]);
  const issues = results.flatMap(([, { error }]) => error?.issues ?? []);
  if (issues.length > 0) throw new Invalid(wrongFields(issues));
  return Object.fromEntries(results.map(([part, { data }]) => [part, data]));
}

/** Each wrong field once; a whole that is no object is the only one. */
function wrongFields(issues) {
  const whole = issues.find(({ code, path }) => path.length === 0 && code !== 'unrecognized_keys');
  if (whole) return [{ field: 'body', message: whole.message }];
  const messages = new Map();
  for (const { code, path, keys, message } of issues) {
    for (const field of code === 'unrecognized_keys' ? keys : [path[0]]) messages.set(field, message);
  }
  return [...messages].map(([field, message]) => ({ field, message }));
}
