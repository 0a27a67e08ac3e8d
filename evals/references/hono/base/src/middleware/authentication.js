import { Forbidden, Unauthorized } from '../errors.js';
import { factory } from '../factory.js';

const BEARER = /^Bearer +([^ ]+)$/i;

/** Lets pass who sends a valid token, and leaves the user in `c.var.user`. */
export function authenticated(accounts) {
  return factory.createMiddleware(async (c, next) => {
    const [, token] = BEARER.exec(c.req.header('Authorization') ?? '') ?? [];
    if (!token) throw new Unauthorized();
    c.set('user', await accounts.me(token));
    await next();
  });
}

export const managersOnly = factory.createMiddleware(async (c, next) => {
  if (c.var.user.role !== 'manager') throw new Forbidden();
  await next();
});
