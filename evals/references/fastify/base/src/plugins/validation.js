import fp from 'fastify-plugin';
import { Invalid, NotFound } from '../errors.js';
import { addKeywords } from '../schemas/keywords.js';
import { wrongFields } from '../schemas/parsing.js';

/** Nothing is converted or left out in silence, and everything that is wrong is told at once. */
export const ajv = {
  customOptions: { allErrors: true, coerceTypes: false, removeAdditional: false, useDefaults: true },
  plugins: [addKeywords],
};

/**
 * Bodies are JSON. A missing or malformed one is undefined, which no schema takes: Fastify's own parser would refuse it
 * before anybody looked at the path.
 */
export const jsonBodies = fp(async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (request, text) => fromJson(text));
});

/** A hook for preValidation: makes an array of a query parameter that may be given several times. */
export function several(parameter) {
  return async ({ query }) => {
    if (query[parameter] !== undefined) query[parameter] = [query[parameter]].flat();
  };
}

/**
 * An error handler for the routes of one kind of thing: when something is wrong and the thing in the path is not there
 * either, that is told first. It is asked for only then, so that a good request pays nothing for it. The error goes on
 * to the handler of the app.
 */
export function thingFirst(read) {
  return async (error, { params }) => {
    const isWrongElsewhere = error.validation && error.validationContext !== 'params';
    if (isWrongElsewhere && params.id) await read(params.id);
    throw error;
  };
}

/** What it means that a part of a request does not fit its schema. */
export function refusedBySchema({ validation, validationContext }, request) {
  if (validationContext === 'params') return new NotFound();
  const fields = wrongFields(validation);
  return new Invalid(validationContext === 'body' ? [...fields, ...wrongHeaders(request)] : fields);
}

/** Fastify stops at the first part that is wrong, and headers come last. */
function wrongHeaders(request) {
  const fits = request.getValidationFunction('headers');
  return !fits || fits(request.headers) ? [] : wrongFields(fits.errors);
}

function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
