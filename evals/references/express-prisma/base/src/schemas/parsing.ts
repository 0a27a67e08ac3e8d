import type { z } from 'zod';
import { Invalid, type WrongField } from '../errors.js';

/** By the part of a request, what it has to be. */
export interface Schemas {
  body?: z.ZodType;
  query?: z.ZodType;
  headers?: z.ZodObject;
}

export type Parsed<S extends Schemas> = { [Part in keyof S]: z.output<S[Part] & z.ZodType> };

/** What schemas make of the parts of one request, refused together. */
export function parseAll<S extends Schemas>(schemas: S, values: Record<keyof Schemas, unknown>): Parsed<S> {
  const pairs = Object.entries(schemas) as [keyof Schemas, z.ZodType][];
  const results = pairs.map(([part, schema]) => [part, schema.safeParse(values[part])] as const);
  const issues = results.flatMap(([, { error }]) => error?.issues ?? []);
  if (issues.length > 0) throw new Invalid(wrongFields(issues));
  return Object.fromEntries(results.map(([part, { data }]) => [part, data])) as Parsed<S>;
}

/** Each wrong field once; a whole that is no object is the only one. */
function wrongFields(issues: readonly z.core.$ZodIssue[]): WrongField[] {
  const whole = issues.find(({ code, path }) => path.length === 0 && code !== 'unrecognized_keys');
  if (whole) return [{ field: 'body', message: whole.message }];
  const messages = new Map<string, string>();
  for (const issue of issues) {
    const fields = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
    for (const field of fields) messages.set(field, issue.message);
  }
  return [...messages].map(([field, message]) => ({ field, message }));
}
