import { valid } from '../middleware/validation.js';
import { invoiceOut, paymentHeaders, paymentIn, paymentOut } from '../schemas/invoices.js';
import { createRouter, pathId } from './router.js';

export function invoiceRoutes(invoices) {
  const router = createRouter();
  const read = ({ id }) => invoices.read(id);

  router.get('/:id', pathId, async (c) => {
    const invoice = await invoices.read(c.req.valid('param').id);
    return c.json(invoiceOut(invoice));
  });

  router.post('/:id/payments', pathId, valid({ json: paymentIn, header: paymentHeaders }, read), async (c) => {
    const { 'Idempotency-Key': key } = c.req.valid('header');
    const payment = await invoices.pay(c.var.user, c.req.valid('param').id, c.req.valid('json'), key);
    return c.json(paymentOut(payment), 201);
  });

  return router;
}
