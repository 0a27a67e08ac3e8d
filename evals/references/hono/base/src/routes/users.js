import { valid } from '../middleware/validation.js';
import { userIn, userOut } from '../schemas/users.js';
import { createRouter } from './router.js';

export function userRoutes(accounts, login) {
  const router = createRouter();

  router.post('/', valid({ json: userIn }), async (c) => {
    const user = await accounts.register(c.req.valid('json'));
    return c.json(userOut(user), 201);
  });

  router.get('/me', login, (c) => c.json(userOut(c.var.user)));

  return router;
}
