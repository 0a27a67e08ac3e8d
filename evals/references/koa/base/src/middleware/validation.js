import { bodyParser } from '@koa/bodyparser';
import { parseAll } from '../schemas/parsing.js';

/**
 * Leaves the text of a body in `ctx.request.rawBody`. As text, because the parser for JSON gives an object when there
 * is no body, and gives up on members such as `__proto__`. What cannot be read, such as a body that is too long, is
 * left out, and refused where a body is wanted.
 */
export const readBody = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: ['*/*'] },
  textLimit: '100kb',
  onError: () => {},
});

/**
 * Checks the parts of a request by their schemas and leaves what these make of them in `ctx.state.valid`.
 *
 * @param {{ body?: object, query?: object, headers?: object }} schemas by the part of the request
 * @param {(id: number) => Promise} [read] the thing in the path: when it is not there, that is told first. It is asked
 *   for only when something is wrong, so that a good request pays nothing for it.
 */
export function valid(schemas, read = async () => {}) {
  return async (ctx, next) => {
    try {
      ctx.state.valid = parseAll(pairsOf(schemas, ctx));
    } catch (error) {
      await read(ctx.params.id);
      throw error;
    }
    await next();
  };
}

function pairsOf({ body, query, headers }, ctx) {
  const pairs = {};
  if (body) pairs.body = [body, fromJson(ctx.request.rawBody)];
  if (query) pairs.query = [query, ctx.query];
  if (headers) pairs.headers = [headers, named(Object.keys(headers.shape), ctx)];
  return pairs;
}

/** What the text says; undefined, which no schema takes, when it is no JSON. */
function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Not by `ctx.get`, for which an empty header is none. */
function named(names, ctx) {
  return Object.fromEntries(names.map((name) => [name, ctx.headers[name.toLowerCase()]]));
}
