import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { auditPage, auditQuery } from '../schemas/audit.js';
import { createRouter } from './router.js';

export function auditRoutes(audit) {
  const router = createRouter();

  router.get('/', managersOnly, valid({ query: auditQuery }), async (c) => {
    const { filters, page } = c.req.valid('query');
    return c.json(auditPage(await audit.list(filters, page)));
  });

  return router;
}
