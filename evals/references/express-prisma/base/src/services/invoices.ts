import { now } from '../clock.js';
import { Conflict, found } from '../errors.js';
import type { Invoice, InvoiceInput } from '../models/invoice.js';
import type { Payment, PaymentInput } from '../models/payment.js';
import type { Treatment } from '../models/treatment.js';
import type { User } from '../models/user.js';
import { sum } from '../money.js';
import type { Units } from '../unitOfWork.js';
import { facts, record } from './audit.js';

export class InvoiceService {
  constructor(private readonly units: Units) {}

  issueInvoice(user: User, appointmentId: number, { issuedAt = now() }: InvoiceInput): Promise<Invoice> {
    return this.units.work(async (work) => {
      const appointment = found(await work.appointments.lock(appointmentId));
      if (appointment.status !== 'completed') {
        throw new Conflict('not_completed', `The appointment is ${appointment.status}.`);
      }
      if (await work.invoices.existsFor(appointmentId)) {
        throw new Conflict('already_invoiced', 'The appointment has an invoice.');
      }
      const lines = await work.treatments.list(appointmentId);
      if (lines.length === 0) throw new Conflict('no_treatments', 'There is nothing to invoice.');
      const invoice = await work.invoices.create({ appointmentId, issuedAt, ...totals(lines) });
      await record(work, {
        user,
        action: 'invoice.issued',
        entityId: invoice.id,
        after: facts.invoice(invoice),
      });
      return invoice;
    });
  }

  async read(id: number): Promise<Invoice> {
    return found(await this.units.reading((work) => work.invoices.read(id)));
  }

  /** Pays once for each key: whoever comes again with it gets the first payment. */
  pay(user: User, id: number, { amountCents, method }: PaymentInput, idempotencyKey?: string): Promise<Payment> {
    return this.units.work(async (work) => {
      const invoice = found(await work.invoices.lock(id));
      const earlier = idempotencyKey ? await work.payments.readByKey(id, idempotencyKey) : null;
      if (earlier) return repeated(earlier, { amountCents, method });
      const balanceCents = invoice.grossCents - (await work.payments.paid(id)) - amountCents;
      if (balanceCents < 0n) throw new Conflict('exceeds_balance', 'The amount is above the balance.');
      const payment = await work.payments.create({
        invoiceId: id,
        amountCents,
        method,
        balanceCents,
        paidAt: now(),
        idempotencyKey: idempotencyKey ?? null,
      });
      await record(work, {
        user,
        action: 'payment.recorded',
        entityId: payment.id,
        after: facts.payment(payment),
      });
      return payment;
    });
  }
}

/** The sums of the lines; tax was rounded in each line and is not rounded again. */
function totals(lines: Treatment[]) {
  const netCents = sum(lines.map((line) => line.netCents));
  const taxCents = sum(lines.map((line) => line.taxCents));
  return { netCents, taxCents, grossCents: netCents + taxCents };
}

function repeated(earlier: Payment, { amountCents, method }: PaymentInput): Payment {
  if (earlier.amountCents === amountCents && earlier.method === method) return earlier;
  throw new Conflict('idempotency_conflict', 'The key was used for another payment.');
}
