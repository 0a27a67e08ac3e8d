import { Invalid } from '../errors.js';

/** What the schema makes of a value; everything that is wrong with it is refused together. */
export function parse(schema, value) {
  const { data, error } = schema.safeParse(value);
  if (error) throw new Invalid(wrongFields(error.issues));
  return data;
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
