import { Repository, refuseDuplicate } from './repository.js';

export class PaymentRepository extends Repository {
  constructor({ Payment }, transaction) {
    super(Payment, transaction);
  }

  create(payment) {
    const created = this.model.create(payment, { transaction: this.transaction });
    return refuseDuplicate(created, 'idempotency_conflict', 'The key was used for another payment.');
  }

  readByKey(invoiceId, idempotencyKey) {
    return this.model.findOne({ where: { invoiceId, idempotencyKey }, transaction: this.transaction });
  }

  /** What was paid on an invoice so far, in cents. */
  async paid(invoiceId) {
    return (await this.model.sum('amountCents', { where: { invoiceId }, transaction: this.transaction })) ?? 0;
  }
}
