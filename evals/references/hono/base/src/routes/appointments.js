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
  const router = createRouter();
  const read = ({ id }) => appointments.read(id);

  router.post('/', valid({ json: appointmentIn }), async (c) => {
    const appointment = await appointments.create(c.req.valid('json'));
    return c.json(appointmentOut(appointment), 201);
  });

  router.get('/', valid({ query: appointmentQuery }), async (c) => {
    const { filters, page } = c.req.valid('query');
    return c.json(appointmentPage(await appointments.list(filters, page)));
  });

  router.get('/:id', pathId, async (c) => {
    const appointment = await appointments.read(c.req.valid('param').id);
    return c.json(appointmentOut(appointment));
  });

  router.post('/:id/status', pathId, valid({ json: statusIn }, read), async (c) => {
    const { status } = c.req.valid('json');
    const appointment = await appointments.changeStatus(c.var.user, c.req.valid('param').id, status);
    return c.json(appointmentOut(appointment));
  });

  router.post('/:id/treatments', pathId, valid({ json: treatmentIn }, read), async (c) => {
    const treatment = await appointments.addTreatment(c.req.valid('param').id, c.req.valid('json'));
    return c.json(treatmentOut(treatment), 201);
  });

  router.post('/:id/invoice', pathId, valid({ json: invoiceIn }, read), async (c) => {
    const invoice = await invoices.issueInvoice(c.var.user, c.req.valid('param').id, c.req.valid('json'));
    return c.json(invoiceOut(invoice), 201);
  });

  return router;
}
