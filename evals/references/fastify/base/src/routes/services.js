import { thingFirst } from '../plugins/validation.js';
import { pathId } from '../schemas/fields.js';
import { inputOf } from '../schemas/parsing.js';
import {
  service,
  serviceIn,
  serviceOut,
  servicePage,
  servicePageInput,
  servicePageOut,
  servicePatch,
  serviceQuery,
} from '../schemas/services.js';

export async function serviceRoutes(app, { priceList }) {
  app.setErrorHandler(thingFirst((id) => priceList.read(id)));

  app.post(
    '/',
    { onRequest: app.managersOnly, schema: { body: serviceIn, response: { 201: service } } },
    async (request, reply) => {
      const created = await priceList.create(request.user, inputOf(request.body));
      reply.code(201);
      return serviceOut(created);
    },
  );

  app.get('/', { schema: { querystring: serviceQuery, response: { 200: servicePage } } }, async (request) => {
    const { page } = servicePageInput(request.query);
    return servicePageOut(await priceList.list(page));
  });

  app.patch(
    '/:id',
    { onRequest: app.managersOnly, schema: { params: pathId, body: servicePatch, response: { 200: service } } },
    async (request) => serviceOut(await priceList.update(request.user, request.params.id, inputOf(request.body))),
  );
}
