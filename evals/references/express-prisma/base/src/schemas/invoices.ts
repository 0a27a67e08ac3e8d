import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { standing, type Invoice } from '../models/invoice.js';
import { Method, type Payment } from '../models/payment.js';
import { refOut, treatmentOut } from './appointments.js';
import { cents, idempotencyKey, instant, object } from './fields.js';

export const invoiceIn = object({ issued_at: instant.optional() });

export const paymentIn = object({ amount_cents: cents(1, 1_000_000_000_000), method: z.enum(Method) });

export const paymentHeaders = z.object({ 'Idempotency-Key': idempotencyKey.optional() });

export const paymentOut = (payment: Payment) => ({
  id: payment.id,
  invoice_id: payment.invoiceId,
  amount_cents: Number(payment.amountCents),
  method: payment.method,
  balance_cents: Number(payment.balanceCents),
  paid_at: formatInstant(payment.paidAt),
});

export const invoiceOut = (invoice: Invoice) => {
  const { status, paidCents, balanceCents } = standing(invoice);
  return {
    id: invoice.id,
    appointment_id: invoice.appointmentId,
    patient: refOut(invoice.appointment.patient),
    status,
    issued_at: formatInstant(invoice.issuedAt),
    net_cents: Number(invoice.netCents),
    tax_cents: Number(invoice.taxCents),
    gross_cents: Number(invoice.grossCents),
    paid_cents: Number(paidCents),
    balance_cents: Number(balanceCents),
    lines: invoice.appointment.treatments.map(treatmentOut),
    payments: invoice.payments.map(paymentOut),
  };
};
