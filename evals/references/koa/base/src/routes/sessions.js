import { valid } from '../middleware/validation.js';
import { sessionIn, sessionOut } from '../schemas/users.js';
import { createRouter } from './router.js';

export function sessionRoutes(accounts) {
  const router = createRouter('/sessions');

  router.post('/', valid({ body: sessionIn }), async (ctx) => {
    const token = await accounts.login(ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = sessionOut(token);
  });

  return router.routes();
}
