import { Forbidden, Unauthorized } from '../errors.js';

const BEARER = /^Bearer +([^ ]+)$/i;

/** Lets pass who sends a valid token, and leaves the user in `ctx.state.user`. */
export function authenticated(accounts) {
  return async (ctx, next) => {
    const [, token] = BEARER.exec(ctx.get('Authorization')) ?? [];
    if (!token) throw new Unauthorized();
    ctx.state.user = await accounts.me(token);
    await next();
  };
}

export async function managersOnly(ctx, next) {
  if (ctx.state.user.role !== 'manager') throw new Forbidden();
  await next();
}
