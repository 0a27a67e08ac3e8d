import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { serviceIn, serviceOut, servicePage, servicePatch, serviceQuery } from '../schemas/services.js';
import { createRouter, pathId } from './router.js';

export function serviceRoutes(priceList) {
  const router = createRouter('/services');
  const read = (id) => priceList.read(id);

  router.post('/', managersOnly, valid({ body: serviceIn }), async (ctx) => {
    const service = await priceList.create(ctx.state.user, ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = serviceOut(service);
  });

  router.get('/', valid({ query: serviceQuery }), async (ctx) => {
    ctx.body = servicePage(await priceList.list(ctx.state.valid.query.page));
  });

  router.patch('/:id', managersOnly, pathId, valid({ body: servicePatch }, read), async (ctx) => {
    const service = await priceList.update(ctx.state.user, ctx.params.id, ctx.state.valid.body);
    ctx.body = serviceOut(service);
  });

  return router.routes();
}
