import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { revenueOut, revenueQuery, utilisationOut, utilisationQuery } from '../schemas/reports.js';
import { createRouter } from './router.js';

export function reportRoutes(reports) {
  const router = createRouter();

  router.get('/revenue', managersOnly, valid({ query: revenueQuery }), async (c) => {
    const revenue = await reports.revenue(c.req.valid('query'));
    return c.json(revenueOut(revenue));
  });

  router.get('/utilisation', managersOnly, valid({ query: utilisationQuery }), async (c) => {
    const utilisation = await reports.utilisation(c.req.valid('query'));
    return c.json(utilisationOut(utilisation));
  });

  return router;
}
