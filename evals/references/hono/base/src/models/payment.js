import { DataTypes } from 'sequelize';
import { cents, conventions, required } from './conventions.js';

/** A payment, with the balance of its invoice right after it. */
export const definePayment = (sequelize) =>
  sequelize.define(
    'Payment',
    {
      invoiceId: required(DataTypes.INTEGER),
      amountCents: cents(),
      method: required(DataTypes.STRING(10)),
      balanceCents: cents(),
      paidAt: required(DataTypes.DATE),
      idempotencyKey: { type: DataTypes.STRING(64) },
    },
    {
      ...conventions,
      // Payments without a key are no duplicates: null never equals null.
      indexes: [{ name: 'payments_key', unique: true, fields: ['invoice_id', 'idempotency_key'] }],
    },
  );
