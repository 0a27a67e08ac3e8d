import express from 'express';
import { parseAll } from '../schemas/parsing.js';

/** As text, because express.json() takes an empty body for `{}` and answers a malformed one before anybody is asked. */
const readText = express.text({ type: () => true });

/**
 * Checks the parts of a request by their schemas and leaves what these make of them in `req.valid`.
 *
 * @param {{ body?: object, query?: object, headers?: object }} schemas by the part of the request
 * @param {(id: number) => Promise} [read] the thing in the path: when it is not there, that is told first. It is asked
 *   for only when something is wrong, so that a good request pays nothing for it.
 */
export function valid(schemas, read = async () => {}) {
  const check = async (req, res, next) => {
    try {
      req.valid = parseAll(pairsOf(schemas, req));
    } catch (error) {
      await read(req.params.id);
      throw error;
    }
    next();
  };
  return schemas.body ? [readText, check] : [check];
}

function pairsOf({ body, query, headers }, req) {
  const pairs = {};
  if (body) pairs.body = [body, fromJson(req.body)];
  if (query) pairs.query = [query, req.query];
  if (headers) pairs.headers = [headers, named(Object.keys(headers.shape), req)];
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

function named(names, req) {
  return Object.fromEntries(names.map((name) => [name, req.get(name)]));
}
