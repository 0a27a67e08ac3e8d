import { Router, type NextFunction, type Request, type Response } from 'express';
import { NotFound } from '../errors.js';

const ID = /^[1-9]\d{0,9}$/;
const LARGEST_ID = 2_147_483_647;

declare global {
  namespace Express {
    interface Request {
      /** The id in the path; there from `pathId` on. */
      id: number;
    }
  }
}

/** A router that tells capitals from small letters. */
export function createRouter(): Router {
  return Router({ caseSensitive: true });
}

/** Leaves the id of the path in `req.id`. No router.param(), which would come before managersOnly: 403 precedes 404. */
export function pathId(req: Request, res: Response, next: NextFunction): void {
  const { id } = req.params;
  if (typeof id !== 'string' || !ID.test(id) || Number(id) > LARGEST_ID) throw new NotFound();
  req.id = Number(id);
  next();
}
