import { valid } from '../middleware/validation.js';
import { userIn, userOut } from '../schemas/users.js';
import { createRouter } from './router.js';

export function userRoutes(accounts, login) {
  const router = createRouter('/users');

  router.post('/', valid({ body: userIn }), async (ctx) => {
    const user = await accounts.register(ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = userOut(user);
  });

  router.get('/me', login, (ctx) => {
    ctx.body = userOut(ctx.state.user);
  });

  return router.routes();
}
