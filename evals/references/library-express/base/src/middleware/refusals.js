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

/** The last middleware, known by its four parameters: answers every refusal in the one form that errors have. */
export function refused(error, req, res, next) {
  const refusal = refusalOf(error);
  if (!refusal) {
    console.error(error);
    res.status(500).json({ error: { code: 'internal', message: 'Something went wrong.' } });
    return;
  }
  const { code, message, fields } = refusal;
  res.status(STATUS.get(refusal.constructor)).json({ error: { code, message, ...(fields && { fields }) } });
}

function refusalOf(error) {
  if (error instanceof Refusal) return error;
  // The path holds an escape that stands for nothing.
  if (error instanceof URIError) return new NotFound();
  // The marks of an error of express.text(): the body is too long, or in a character set that nobody knows.
  if (error.type && error.expose) return new Invalid([{ field: 'body', message: error.message }]);
  return null;
}
