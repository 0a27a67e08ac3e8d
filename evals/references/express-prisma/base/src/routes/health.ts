import type { Router } from 'express';
import { createRouter } from './router.js';

export function healthRoutes(): Router {
  const router = createRouter();

  router.get('/', (req, res) => {
    res.json({ status: 'ok' });
  });

  return router;
}
