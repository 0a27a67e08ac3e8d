import { valid } from '../middleware/validation.js';
import { invoiceOut, paymentHeaders, paymentIn, paymentOut } from '../schemas/invoices.js';
import { createRouter, pathId } from './router.js';

export function invoiceRoutes(invoices) {
  const router = createRouter('/invoices');
  const read = (id) => invoices.read(id);

  router.get('/:id', pathId, async (ctx) => {
    ctx.body = invoiceOut(await invoices.read(ctx.params.id));
  });

  router.post('/:id/payments', pathId, valid({ body: paymentIn, headers: paymentHeaders }, read), async (ctx) => {
    const { body, headers } = ctx.state.valid;
    const payment = await invoices.pay(ctx.state.user, ctx.params.id, body, headers['Idempotency-Key']);
    ctx.status = 201;
    ctx.body = paymentOut(payment);
  });

  return router.routes();
}
