import { DataTypes } from 'sequelize';
import { sum } from '../money.js';
import { cents, conventions, required } from './conventions.js';

export const defineInvoice = (sequelize) =>
  sequelize.define(
    'Invoice',
    {
      appointmentId: required(DataTypes.INTEGER),
      issuedAt: required(DataTypes.DATE),
      netCents: cents(),
      taxCents: cents(),
      grossCents: cents(),
      paidCents: {
        type: DataTypes.VIRTUAL,
        get() {
          return sum(this.payments.map(({ amountCents }) => amountCents));
        },
      },
      balanceCents: {
        type: DataTypes.VIRTUAL,
        get() {
          return this.grossCents - this.paidCents;
        },
      },
      status: {
        type: DataTypes.VIRTUAL,
        get() {
          return this.balanceCents === 0 ? 'paid' : 'open';
        },
      },
    },
    {
      ...conventions,
      indexes: [
        { name: 'invoices_appointment', unique: true, fields: ['appointment_id'] },
        { name: 'invoices_issued', fields: ['issued_at'] },
      ],
    },
  );
