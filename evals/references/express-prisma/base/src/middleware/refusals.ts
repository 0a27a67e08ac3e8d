import type { NextFunction, Request, Response } from 'express';
import { Conflict, Forbidden, Invalid, InvalidCredentials, NotFound, Refusal, Unauthorized } from '../errors.js';

const STATUS = new Map<unknown, number>([
  [Unauthorized, 401],
  [InvalidCredentials, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [Conflict, 409],
  [Invalid, 422],
]);

export function notFound(): never {
  throw new NotFound();
}

/** The last middleware, known by its four parameters: answers every refusal in the one form that errors have. */
export function refused(error: unknown, req: Request, res: Response, next: NextFunction): void {
  const refusal = refusalOf(error);
  if (!refusal) {
    console.error(error);
    res.status(500).json({ error: { code: 'internal', message: 'Something went wrong.' } });
    return;
  }
  const { code, message } = refusal;
  const fields = refusal instanceof Invalid ? { fields: refusal.fields } : {};
  res.status(STATUS.get(refusal.constructor) ?? 500).json({ error: { code, message, ...fields } });
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  // The path holds an escape that stands for nothing.
  if (error instanceof URIError) return new NotFound();
  // The marks of an error of express.text(): the body is too long, or in a character set that nobody knows.
  if (error instanceof Error && 'type' in error && 'expose' in error && error.expose) {
    return new Invalid([{ field: 'body', message: error.message }]);
  }
  return null;
}
