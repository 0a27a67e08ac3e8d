import { formatInstant } from '../instants.js';
import { ref, refOut, treatment, treatmentOut } from './appointments.js';
import { array, idempotencyKey, instant, integer, number, object, oneOf, string } from './fields.js';

export const invoiceIn = object({}, { issued_at: instant });

export const paymentIn = object({
  amount_cents: integer(1, 1_000_000_000_000),
  method: oneOf('cash', 'card', 'transfer'),
});

export const paymentHeaders = { type: 'object', properties: { 'Idempotency-Key': idempotencyKey } };

export const payment = object({
  id: number,
  invoice_id: number,
  amount_cents: number,
  method: string,
  balance_cents: number,
  paid_at: string,
});

export const paymentOut = (row) => ({
  id: row.id,
  invoice_id: row.invoiceId,
  amount_cents: row.amountCents,
  method: row.method,
  balance_cents: row.balanceCents,
  paid_at: formatInstant(row.paidAt),
});

export const invoice = object({
  id: number,
  appointment_id: number,
  patient: ref,
  status: string,
  issued_at: string,
  net_cents: number,
  tax_cents: number,
  gross_cents: number,
  paid_cents: number,
  balance_cents: number,
  lines: array(treatment),
  payments: array(payment),
});

export const invoiceOut = (row) => ({
  id: row.id,
  appointment_id: row.appointmentId,
  patient: refOut(row.appointment.patient),
  status: row.status,
  issued_at: formatInstant(row.issuedAt),
  net_cents: row.netCents,
  tax_cents: row.taxCents,
  gross_cents: row.grossCents,
  paid_cents: row.paidCents,
  balance_cents: row.balanceCents,
  lines: row.appointment.treatments.map(treatmentOut),
  payments: row.payments.map(paymentOut),
});
