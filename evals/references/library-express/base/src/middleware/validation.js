import express from 'express';
import { parse } from '../schemas/parsing.js';

/** As text, because express.json() takes an empty body for `{}` and answers a malformed one before anybody is asked. */
const readText = express.text({ type: () => true });

/**
 * Checks the body or the query of a request by its schema and leaves what this makes of it in `req.valid`.
 *
 * @param {{ body?: object, query?: object }} schema of one of the two
 * @param {(id: number) => Promise} [read] the thing in the path: when it is not there, that is told first. It is asked
 *   for only when something is wrong, so that a good request pays nothing for it.
 */
export function valid({ body, query }, read = async () => {}) {
  const check = async (req, res, next) => {
    try {
      req.valid = body ? { body: parse(body, fromJson(req.body)) } : { query: parse(query, req.query) };
    } catch (error) {
      await read(req.params.id);
      throw error;
    }
    next();
  };
  return body ? [readText, check] : [check];
}

/** What the text says; undefined, which no schema takes, when it is no JSON. */
function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
