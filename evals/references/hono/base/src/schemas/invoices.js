import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { refOut, treatmentOut } from './appointments.js';
import { idempotencyKey, instant, integer, object } from './fields.js';

export const invoiceIn = object({ issued_at: instant.optional() });

export const paymentIn = object({
  amount_cents: integer(1, 1_000_000_000_000),
  method: z.enum(['cash', 'card', 'transfer']),
});

export const paymentHeaders = z.object({ 'Idempotency-Key': idempotencyKey.optional() });

export const paymentOut = (payment) => ({
  id: payment.id,
  invoice_id: payment.invoiceId,
  amount_cents: payment.amountCents,
  method: payment.method,
  balance_cents: payment.balanceCents,
  paid_at: formatInstant(payment.paidAt),
});

export const invoiceOut = (invoice) => ({
  id: invoice.id,
  appointment_id: invoice.appointmentId,
  patient: refOut(invoice.appointment.patient),
  status: invoice.status,
  issued_at: formatInstant(invoice.issuedAt),
  net_cents: invoice.netCents,
  tax_cents: invoice.taxCents,
  gross_cents: invoice.grossCents,
  paid_cents: invoice.paidCents,
  balance_cents: invoice.balanceCents,
  lines: invoice.appointment.treatments.map(treatmentOut),
  payments: invoice.payments.map(paymentOut),
});
