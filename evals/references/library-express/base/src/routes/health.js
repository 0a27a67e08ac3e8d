import { createRouter } from './router.js';

export function healthRoutes() {
  const router = createRouter();

  router.get('/', (req, res) => {
    res.json({ status: 'ok' });
  });

  return router;
}
