import fp from 'fastify-plugin';
import { Forbidden, Unauthorized } from '../errors.js';

const BEARER = /^Bearer +([^ ]+)$/i;

/**
 * Gives the app two hooks: `authenticated` lets pass who sends a valid token, and leaves the user in `request.user`;
 * `managersOnly` comes after it. Both are for onRequest, before anybody looks at the path's id or at the body.
 */
export const authentication = fp(async (app, { accounts }) => {
  app.decorateRequest('user', null);

  app.decorate('authenticated', async (request) => {
    const [, token] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    if (!token) throw new Unauthorized();
    request.user = await accounts.me(token);
  });

  app.decorate('managersOnly', async (request) => {
    if (request.user.role !== 'manager') throw new Forbidden();
  });
});
