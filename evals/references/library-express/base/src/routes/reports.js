import { librariansOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { overdueOut, overdueQuery } from '../schemas/reports.js';
import { createRouter } from './router.js';

export function reportRoutes(reports) {
  const router = createRouter();

  router.get('/overdue', librariansOnly, valid({ query: overdueQuery }), async (req, res) => {
    res.json(overdueOut(await reports.overdue(req.valid.query)));
  });

  return router;
}
