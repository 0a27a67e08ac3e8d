import { createRouter } from './router.js';

export function healthRoutes() {
  const router = createRouter();

  router.get('/', (c) => c.json({ status: 'ok' }));

  return router;
}
