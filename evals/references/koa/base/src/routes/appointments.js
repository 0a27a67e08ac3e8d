import { valid } from '../middleware/validation.js';
import {
  appointmentIn,
  appointmentOut,
  appointmentPage,
  appointmentQuery,
  statusIn,
  treatmentIn,
  treatmentOut,
} from '../schemas/appointments.js';
import { invoiceIn, invoiceOut } from '../schemas/invoices.js';
import { createRouter, pathId } from './router.js';

export function appointmentRoutes(appointments, invoices) {
  const router = createRouter('/appointments');
  const read = (id) => appointments.read(id);

  router.post('/', valid({ body: appointmentIn }), async (ctx) => {
    const appointment = await appointments.create(ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = appointmentOut(appointment);
  });

  router.get('/', valid({ query: appointmentQuery }), async (ctx) => {
    const { filters, page } = ctx.state.valid.query;
    ctx.body = appointmentPage(await appointments.list(filters, page));
  });

  router.get('/:id', pathId, async (ctx) => {
    ctx.body = appointmentOut(await appointments.read(ctx.params.id));
  });

  router.post('/:id/status', pathId, valid({ body: statusIn }, read), async (ctx) => {
    const appointment = await appointments.changeStatus(ctx.state.user, ctx.params.id, ctx.state.valid.body.status);
    ctx.body = appointmentOut(appointment);
  });

  router.post('/:id/treatments', pathId, valid({ body: treatmentIn }, read), async (ctx) => {
    const treatment = await appointments.addTreatment(ctx.params.id, ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = treatmentOut(treatment);
  });

  router.post('/:id/invoice', pathId, valid({ body: invoiceIn }, read), async (ctx) => {
    const invoice = await invoices.issueInvoice(ctx.state.user, ctx.params.id, ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = invoiceOut(invoice);
  });

  return router.routes();
}
