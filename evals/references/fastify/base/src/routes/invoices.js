import { thingFirst } from '../plugins/validation.js';
import { pathId } from '../schemas/fields.js';
import { invoice, invoiceOut, payment, paymentHeaders, paymentIn, paymentOut } from '../schemas/invoices.js';
import { inputOf } from '../schemas/parsing.js';

export async function invoiceRoutes(app, { invoices }) {
  app.setErrorHandler(thingFirst((id) => invoices.read(id)));

  app.get('/:id', { schema: { params: pathId, response: { 200: invoice } } }, async (request) =>
    invoiceOut(await invoices.read(request.params.id)),
  );

  app.post(
    '/:id/payments',
    { schema: { params: pathId, body: paymentIn, headers: paymentHeaders, response: { 201: payment } } },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const paid = await invoices.pay(request.user, request.params.id, inputOf(request.body), key);
      reply.code(201);
      return paymentOut(paid);
    },
  );
}
