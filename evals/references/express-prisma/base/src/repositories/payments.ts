import type { Payment } from '../models/payment.js';
import { Repository, refuseDuplicate } from './repository.js';

export class PaymentRepository extends Repository {
  create(payment: Omit<Payment, 'id'>): Promise<Payment> {
    const created = this.db.payment.create({ data: payment });
    return refuseDuplicate(created, 'payments_key', 'idempotency_conflict', 'The key was used for another payment.');
  }

  readByKey(invoiceId: number, idempotencyKey: string): Promise<Payment | null> {
    return this.db.payment.findUnique({ where: { invoiceId_idempotencyKey: { invoiceId, idempotencyKey } } });
  }

  /** What was paid on an invoice so far, in cents. */
  async paid(invoiceId: number): Promise<bigint> {
    const { _sum } = await this.db.payment.aggregate({ where: { invoiceId }, _sum: { amountCents: true } });
    return _sum.amountCents ?? 0n;
  }
}
