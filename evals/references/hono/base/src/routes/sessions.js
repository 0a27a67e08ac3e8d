import { valid } from '../middleware/validation.js';
import { sessionIn, sessionOut } from '../schemas/users.js';
import { createRouter } from './router.js';

export function sessionRoutes(accounts) {
  const router = createRouter();

  router.post('/', valid({ json: sessionIn }), async (c) => {
    const token = await accounts.login(c.req.valid('json'));
    return c.json(sessionOut(token), 201);
  });

  return router;
}
