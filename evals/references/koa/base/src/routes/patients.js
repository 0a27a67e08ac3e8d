import { valid } from '../middleware/validation.js';
import { patientIn, patientOut, patientPage, patientPatch, patientQuery } from '../schemas/patients.js';
import { createRouter, pathId } from './router.js';

export function patientRoutes(patients) {
  const router = createRouter('/patients');
  const read = (id) => patients.read(id);

  router.post('/', valid({ body: patientIn }), async (ctx) => {
    const patient = await patients.create(ctx.state.user, ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = patientOut(patient);
  });

  router.get('/', valid({ query: patientQuery }), async (ctx) => {
    const { filters, page } = ctx.state.valid.query;
    ctx.body = patientPage(await patients.list(filters, page));
  });

  router.get('/:id', pathId, async (ctx) => {
    ctx.body = patientOut(await patients.read(ctx.params.id));
  });

  router.patch('/:id', pathId, valid({ body: patientPatch }, read), async (ctx) => {
    const patient = await patients.update(ctx.state.user, ctx.params.id, ctx.state.valid.body);
    ctx.body = patientOut(patient);
  });

  router.delete('/:id', pathId, async (ctx) => {
    await patients.delete(ctx.state.user, ctx.params.id);
    ctx.status = 204;
  });

  return router.routes();
}
