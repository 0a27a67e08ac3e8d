import fp from 'fastify-plugin';
import { Conflict, Forbidden, Invalid, InvalidCredentials, NotFound, Refusal, Unauthorized } from '../errors.js';
import { refusedBySchema } from './validation.js';

const STATUS = new Map([
  [Unauthorized, 401],
  [InvalidCredentials, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [Conflict, 409],
  [Invalid, 422],
]);

/** The error handler of the whole app: answers every refusal in the one form that errors have. */
export const refusals = fp(async (app) => {
  app.setErrorHandler(refused);
});

export function notFound() {
  throw new NotFound();
}

/** For paths that the router cannot read: these reach no route, and so no error handler. */
export function badUrl(error, request, reply) {
  refused(new NotFound(), request, reply);
}

function refused(error, request, reply) {
  const refusal = refusalOf(error, request);
  if (!refusal) {
    request.log.error(error);
    reply.code(500).send({ error: { code: 'internal', message: 'Something went wrong.' } });
    return;
  }
  const { code, message, fields } = refusal;
  reply.code(STATUS.get(refusal.constructor)).send({ error: { code, message, ...(fields && { fields }) } });
}

/** What an error means to the client; undefined when nobody foresaw it. */
function refusalOf(error, request) {
  if (error instanceof Refusal) return error;
  if (error.validation) return refusedBySchema(error, request);
  // Fastify's own: the body is too long, or of another type.
  if (error.statusCode < 500) return new Invalid([{ field: 'body', message: error.message }]);
  return undefined;
}
