import express from 'express';
import { NotFound } from '../errors.js';

const ID = /^[1-9]\d{0,9}$/;
const LARGEST_ID = 2_147_483_647;

/** A router that tells capitals from small letters. */
export function createRouter() {
  return express.Router({ caseSensitive: true });
}

/** Makes `req.params.id` a number. Not a router.param(), which would come before librariansOnly: 403 precedes 404. */
export function pathId(req, res, next) {
  const { id } = req.params;
  if (!ID.test(id) || Number(id) > LARGEST_ID) throw new NotFound();
  req.params.id = Number(id);
  next();
}
