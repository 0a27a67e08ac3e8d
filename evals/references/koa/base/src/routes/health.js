import { createRouter } from './router.js';

export function healthRoutes() {
  const router = createRouter('/health');

  router.get('/', (ctx) => {
    ctx.body = { status: 'ok' };
  });

  return router.routes();
}
