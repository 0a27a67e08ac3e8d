import { bodyLimit } from 'hono/body-limit';
import { every } from 'hono/combine';
import { Invalid } from '../errors.js';
import { factory } from '../factory.js';
import { parseAll } from '../schemas/parsing.js';

const limited = bodyLimit({
  maxSize: 100 * 1024,
  onError: () => {
    throw new Invalid([{ field: 'body', message: 'It must have at most 100 kB.' }]);
  },
});

/**
 * Checks the parts of a request by their schemas and leaves what these make of them in `c.req.valid()`. Not by Hono's
 * validator(), which judges one part and stops there: the wrong fields of all parts are told together.
 *
 * @param {{ json?: object, query?: object, header?: object }} schemas by the part of the request, as Hono calls it
 * @param {(param: { id: number }) => Promise} [read] the thing in the path: when it is not there, that is told first.
 *   It is asked for only when something is wrong, so that a good request pays nothing for it.
 */
export function valid(schemas, read = async () => {}) {
  const check = factory.createMiddleware(async (c, next) => {
    const pairs = await pairsOf(schemas, c.req);
    try {
      for (const [part, data] of Object.entries(parseAll(pairs))) c.req.addValidatedData(part, data);
    } catch (error) {
      await read(c.req.valid('param'));
      throw error;
    }
    await next();
  });
  return schemas.json ? every(limited, check) : check;
}

async function pairsOf({ json, query, header }, request) {
  const pairs = {};
  if (json) pairs.json = [json, fromJson(await request.text())];
  if (query) pairs.query = [query, parametersOf(request)];
  if (header) pairs.header = [header, named(Object.keys(header.shape), request)];
  return pairs;
}

/** What the text says, whatever type it was sent as; undefined, which no schema takes, when it is no JSON. */
function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts, or arrays of what was given more than once. Not `queries()`, which drops a parameter called `__proto__`. */
function parametersOf(request) {
  const { searchParams } = new URL(request.url);
  const names = [...new Set(searchParams.keys())];
  const values = (name) => searchParams.getAll(name);
  return Object.fromEntries(names.map((name) => [name, values(name).length > 1 ? values(name) : values(name)[0]]));
}

function named(names, request) {
  return Object.fromEntries(names.map((name) => [name, request.header(name)]));
}
