import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { auditPage, auditQuery } from '../schemas/audit.js';
import { createRouter } from './router.js';

export function auditRoutes(audit) {
  const router = createRouter();

  router.get('/', managersOnly, valid({ query: auditQuery }), async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(auditPage(await audit.list(filters, page)));
  });

  return router;
}
