import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { serviceIn, serviceOut, servicePage, servicePatch, serviceQuery } from '../schemas/services.js';
import { createRouter, pathId } from './router.js';

export function serviceRoutes(priceList) {
  const router = createRouter();
  const read = ({ id }) => priceList.read(id);

  router.post('/', managersOnly, valid({ json: serviceIn }), async (c) => {
    const service = await priceList.create(c.var.user, c.req.valid('json'));
    return c.json(serviceOut(service), 201);
  });

  router.get('/', valid({ query: serviceQuery }), async (c) => {
    const { page } = c.req.valid('query');
    return c.json(servicePage(await priceList.list(page)));
  });

  router.patch('/:id', managersOnly, pathId, valid({ json: servicePatch }, read), async (c) => {
    const service = await priceList.update(c.var.user, c.req.valid('param').id, c.req.valid('json'));
    return c.json(serviceOut(service));
  });

  return router;
}
