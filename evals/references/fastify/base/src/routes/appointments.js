import { several, thingFirst } from '../plugins/validation.js';
import {
  appointment,
  appointmentIn,
  appointmentOut,
  appointmentPage,
  appointmentPageInput,
  appointmentPageOut,
  appointmentQuery,
  statusIn,
  treatment,
  treatmentIn,
  treatmentOut,
} from '../schemas/appointments.js';
import { pathId } from '../schemas/fields.js';
import { invoice, invoiceIn, invoiceOut } from '../schemas/invoices.js';
import { inputOf } from '../schemas/parsing.js';

export async function appointmentRoutes(app, { appointments, invoices }) {
  app.setErrorHandler(thingFirst((id) => appointments.read(id)));

  app.post('/', { schema: { body: appointmentIn, response: { 201: appointment } } }, async (request, reply) => {
    const created = await appointments.create(inputOf(request.body));
    reply.code(201);
    return appointmentOut(created);
  });

  app.get(
    '/',
    { preValidation: several('status'), schema: { querystring: appointmentQuery, response: { 200: appointmentPage } } },
    async (request) => {
      const { filters, page } = appointmentPageInput(request.query);
      return appointmentPageOut(await appointments.list(filters, page));
    },
  );

  app.get('/:id', { schema: { params: pathId, response: { 200: appointment } } }, async (request) =>
    appointmentOut(await appointments.read(request.params.id)),
  );

  app.post(
    '/:id/status',
    { schema: { params: pathId, body: statusIn, response: { 200: appointment } } },
    async (request) =>
      appointmentOut(await appointments.changeStatus(request.user, request.params.id, request.body.status)),
  );

  app.post(
    '/:id/treatments',
    { schema: { params: pathId, body: treatmentIn, response: { 201: treatment } } },
    async (request, reply) => {
      const added = await appointments.addTreatment(request.params.id, inputOf(request.body));
      reply.code(201);
      return treatmentOut(added);
    },
  );

  app.post(
    '/:id/invoice',
    { schema: { params: pathId, body: invoiceIn, response: { 201: invoice } } },
    async (request, reply) => {
      const issued = await invoices.issueInvoice(request.user, request.params.id, inputOf(request.body));
      reply.code(201);
      return invoiceOut(issued);
    },
  );
}
