import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Forbidden, Unauthorized } from '../errors.js';
import type { User } from '../models/user.js';
import type { AccountService } from '../services/accounts.js';

const BEARER = /^Bearer +([^ ]+)$/i;

declare global {
  namespace Express {
    interface Request {
      /** Whose token it is; there from `authenticated` on. */
      user: User;
    }
  }
}

/** Lets pass who sends a valid token, and leaves the user in `req.user`. */
export function authenticated(accounts: AccountService): RequestHandler {
  return async (req, res, next) => {
    const [, token] = BEARER.exec(req.get('Authorization') ?? '') ?? [];
    if (!token) throw new Unauthorized();
    req.user = await accounts.me(token);
    next();
  };
}

export function managersOnly(req: Request, res: Response, next: NextFunction): void {
  if (req.user.role !== 'manager') throw new Forbidden();
  next();
}
