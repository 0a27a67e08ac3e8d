import { Conflict, Forbidden, Invalid, InvalidCredentials, NotFound, Refusal, Unauthorized } from '../errors.js';

const STATUS = new Map([
  [Unauthorized, 401],
  [InvalidCredentials, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [Conflict, 409],
  [Invalid, 422],
]);

export function notFound() {
  throw new NotFound();
}

/** The error handler of the app: answers every refusal in the one form that errors have. */
export function refused(error, c) {
  if (!(error instanceof Refusal)) {
    console.error(error);
    return c.json({ error: { code: 'internal', message: 'Something went wrong.' } }, 500);
  }
  const { code, message, fields } = error;
  return c.json({ error: { code, message, ...(fields && { fields }) } }, STATUS.get(error.constructor));
}
