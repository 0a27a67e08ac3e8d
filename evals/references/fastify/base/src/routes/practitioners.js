import { inputOf } from '../schemas/parsing.js';
import {
  practitioner,
  practitionerIn,
  practitionerOut,
  practitionerPage,
  practitionerPageInput,
  practitionerPageOut,
  practitionerQuery,
} from '../schemas/practitioners.js';

export async function practitionerRoutes(app, { practitioners }) {
  app.post(
    '/',
    { onRequest: app.managersOnly, schema: { body: practitionerIn, response: { 201: practitioner } } },
    async (request, reply) => {
      const created = await practitioners.create(inputOf(request.body));
      reply.code(201);
      return practitionerOut(created);
    },
  );

  app.get('/', { schema: { querystring: practitionerQuery, response: { 200: practitionerPage } } }, async (request) => {
    const { filters, page } = practitionerPageInput(request.query);
    return practitionerPageOut(await practitioners.list(filters, page));
  });
}
