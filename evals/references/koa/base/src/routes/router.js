import Router from '@koa/router';
import { NotFound } from '../errors.js';

const ID = /^[1-9]\d{0,9}$/;
const LARGEST_ID = 2_147_483_647;

/** A router that tells capitals from small letters. */
export function createRouter(prefix) {
  return new Router({ prefix, sensitive: true });
}

/** Makes `ctx.params.id` a number. Not a router.param(), which would come before managersOnly: 403 precedes 404. */
export async function pathId(ctx, next) {
  const { id } = ctx.params;
  if (!ID.test(id) || Number(id) > LARGEST_ID) throw new NotFound();
  ctx.params.id = Number(id);
  await next();
}
