import { Forbidden, Unauthorized } from '../errors.js';

const BEARER = /^Bearer +([^ ]+)$/i;

/** Lets pass who sends a valid token, and leaves the user in `req.user`. */
export function authenticated(accounts) {
  return async (req, res, next) => {
    const [, token] = BEARER.exec(req.get('Authorization') ?? '') ?? [];
    if (!token) throw new Unauthorized();
    req.user = await accounts.me(token);
    next();
  };
}

export function librariansOnly(req, res, next) {
  if (req.user.role !== 'librarian') throw new Forbidden();
  next();
}
