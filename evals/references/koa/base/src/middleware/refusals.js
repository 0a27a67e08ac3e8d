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

/** The first middleware, around all others: answers every refusal in the one form that errors have. */
export async function refused(ctx, next) {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof Refusal)) {
      // Koa's way to tell of what nobody foresaw; it prints the error, unless someone listens.
      ctx.app.emit('error', error, ctx);
      ctx.status = 500;
      ctx.body = { error: { code: 'internal', message: 'Something went wrong.' } };
      return;
    }
    const { code, message, fields } = error;
    ctx.status = STATUS.get(error.constructor);
    ctx.body = { error: { code, message, ...(fields && { fields }) } };
  }
}
