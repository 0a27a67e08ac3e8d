import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { auditPage, auditQuery } from '../schemas/audit.js';
import { createRouter } from './router.js';

export function auditRoutes(audit) {
  const router = createRouter('/audit');

  router.get('/', managersOnly, valid({ query: auditQuery }), async (ctx) => {
    const { filters, page } = ctx.state.valid.query;
    ctx.body = auditPage(await audit.list(filters, page));
  });

  return router.routes();
}
