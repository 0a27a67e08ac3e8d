import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { practitionerIn, practitionerOut, practitionerPage, practitionerQuery } from '../schemas/practitioners.js';
import { createRouter } from './router.js';

export function practitionerRoutes(practitioners) {
  const router = createRouter('/practitioners');

  router.post('/', managersOnly, valid({ body: practitionerIn }), async (ctx) => {
    const practitioner = await practitioners.create(ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = practitionerOut(practitioner);
  });

  router.get('/', valid({ query: practitionerQuery }), async (ctx) => {
    const { filters, page } = ctx.state.valid.query;
    ctx.body = practitionerPage(await practitioners.list(filters, page));
  });

  return router.routes();
}
