import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { practitionerIn, practitionerOut, practitionerPage, practitionerQuery } from '../schemas/practitioners.js';
import { createRouter } from './router.js';

export function practitionerRoutes(practitioners) {
  const router = createRouter();

  router.post('/', managersOnly, valid({ json: practitionerIn }), async (c) => {
    const practitioner = await practitioners.create(c.req.valid('json'));
    return c.json(practitionerOut(practitioner), 201);
  });

  router.get('/', valid({ query: practitionerQuery }), async (c) => {
    const { filters, page } = c.req.valid('query');
    return c.json(practitionerPage(await practitioners.list(filters, page)));
  });

  return router;
}
