import { validator } from 'hono/validator';
import { NotFound } from '../errors.js';
import { factory } from '../factory.js';

const ID = /^[1-9]\d{0,9}$/;
const LARGEST_ID = 2_147_483_647;

/** An app of its own for one resource; the composition root says where it lies. */
export function createRouter() {
  return factory.createApp();
}

/** Makes `c.req.valid('param').id` a number. Not a pattern in the path, for which 404 would precede 403. */
export const pathId = validator('param', ({ id }) => {
  if (!ID.test(id) || Number(id) > LARGEST_ID) throw new NotFound();
  return { id: Number(id) };
});
