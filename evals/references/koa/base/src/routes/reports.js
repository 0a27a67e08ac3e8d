import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { revenueOut, revenueQuery, utilisationOut, utilisationQuery } from '../schemas/reports.js';
import { createRouter } from './router.js';

export function reportRoutes(reports) {
  const router = createRouter('/reports');

  router.get('/revenue', managersOnly, valid({ query: revenueQuery }), async (ctx) => {
    ctx.body = revenueOut(await reports.revenue(ctx.state.valid.query));
  });

  router.get('/utilisation', managersOnly, valid({ query: utilisationQuery }), async (ctx) => {
    ctx.body = utilisationOut(await reports.utilisation(ctx.state.valid.query));
  });

  return router.routes();
}
