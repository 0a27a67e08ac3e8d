import type { Router } from 'express';
import { valid } from '../middleware/validation.js';
import { invoiceOut, paymentHeaders, paymentIn, paymentOut } from '../schemas/invoices.js';
import type { InvoiceService } from '../services/invoices.js';
import { createRouter, pathId } from './router.js';

export function invoiceRoutes(invoices: InvoiceService): Router {
  const router = createRouter();
  const read = (id: number) => invoices.read(id);

  router.get('/:id', pathId, async (req, res) => {
    res.json(invoiceOut(await invoices.read(req.id)));
  });

  router.post('/:id/payments', pathId, valid({ body: paymentIn, headers: paymentHeaders }, read)(async (req, res) => {
    const { body, headers } = req.valid;
    const payment = await invoices.pay(req.user, req.id, body, headers['Idempotency-Key']);
    res.status(201).json(paymentOut(payment));
  }));

  return router;
}
