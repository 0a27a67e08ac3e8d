import { several, thingFirst } from '../plugins/validation.js';
import { pathId } from '../schemas/fields.js';
import { inputOf } from '../schemas/parsing.js';
import {
  patient,
  patientIn,
  patientOut,
  patientPage,
  patientPageInput,
  patientPageOut,
  patientPatch,
  patientQuery,
} from '../schemas/patients.js';

export async function patientRoutes(app, { patients }) {
  app.setErrorHandler(thingFirst((id) => patients.read(id)));

  app.post('/', { schema: { body: patientIn, response: { 201: patient } } }, async (request, reply) => {
    const created = await patients.create(request.user, inputOf(request.body));
    reply.code(201);
    return patientOut(created);
  });

  app.get(
    '/',
    { preValidation: several('tag'), schema: { querystring: patientQuery, response: { 200: patientPage } } },
    async (request) => {
      const { filters, page } = patientPageInput(request.query);
      return patientPageOut(await patients.list(filters, page));
    },
  );

  app.get('/:id', { schema: { params: pathId, response: { 200: patient } } }, async (request) =>
    patientOut(await patients.read(request.params.id)),
  );

  app.patch('/:id', { schema: { params: pathId, body: patientPatch, response: { 200: patient } } }, async (request) =>
    patientOut(await patients.update(request.user, request.params.id, inputOf(request.body))),
  );

  app.delete('/:id', { schema: { params: pathId } }, async (request, reply) => {
    await patients.delete(request.user, request.params.id);
    reply.code(204);
  });
}
