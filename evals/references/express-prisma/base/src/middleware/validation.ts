import express, { type Request, type RequestHandler, type Response } from 'express';
import { parseAll, type Parsed, type Schemas } from '../schemas/parsing.js';

/** As text, because express.json() takes an empty body for `{}` and answers a malformed one before anybody is asked. */
const readText = express.text({ type: () => true });

type Valid<S extends Schemas> = Request & { valid: Parsed<S> };

type Handler<S extends Schemas> = (req: Valid<S>, res: Response) => Promise<void>;

/**
 * Wraps a handler: the parts of the request are checked by their schemas, and `req.valid` has what these make of them.
 *
 * @param read the thing in the path: when it is not there, that is told first. It is asked for only when something is
 *   wrong, so that a good request pays nothing for it.
 */
export function valid<S extends Schemas>(schemas: S, read: (id: number) => Promise<unknown> = async () => {}) {
  return (handle: Handler<S>): RequestHandler[] => {
    const checked: RequestHandler = async (req, res) => {
      await handle(Object.assign(req, { valid: await check(req, schemas, read) }), res);
    };
    return schemas.body ? [readText, checked] : [checked];
  };
}

async function check<S extends Schemas>(
  req: Request,
  schemas: S,
  read: (id: number) => Promise<unknown>,
): Promise<Parsed<S>> {
  try {
    return parseAll(schemas, partsOf(req, schemas));
  } catch (error) {
    await read(req.id);
    throw error;
  }
}

function partsOf(req: Request, { body, headers }: Schemas) {
  return {
    body: body && fromJson(req.body),
    query: req.query,
    headers: headers && Object.fromEntries(Object.keys(headers.shape).map((name) => [name, req.get(name)])),
  };
}

/** What the text says; undefined, which no schema takes, when it is no JSON. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
