import { valid } from '../middleware/validation.js';
import { patientIn, patientOut, patientPage, patientPatch, patientQuery } from '../schemas/patients.js';
import { createRouter, pathId } from './router.js';

export function patientRoutes(patients) {
  const router = createRouter();
  const read = ({ id }) => patients.read(id);

  router.post('/', valid({ json: patientIn }), async (c) => {
    const patient = await patients.create(c.var.user, c.req.valid('json'));
    return c.json(patientOut(patient), 201);
  });

  router.get('/', valid({ query: patientQuery }), async (c) => {
    const { filters, page } = c.req.valid('query');
    return c.json(patientPage(await patients.list(filters, page)));
  });

  router.get('/:id', pathId, async (c) => {
    const patient = await patients.read(c.req.valid('param').id);
    return c.json(patientOut(patient));
  });

  router.patch('/:id', pathId, valid({ json: patientPatch }, read), async (c) => {
    const patient = await patients.update(c.var.user, c.req.valid('param').id, c.req.valid('json'));
    return c.json(patientOut(patient));
  });

  router.delete('/:id', pathId, async (c) => {
    await patients.delete(c.var.user, c.req.valid('param').id);
    return c.body(null, 204);
  });

  return router;
}
