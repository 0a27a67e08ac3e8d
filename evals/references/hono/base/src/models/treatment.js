import { DataTypes } from 'sequelize';
import { cents, conventions, required } from './conventions.js';

/** What was done in an appointment, at the price of that moment. */
export const defineTreatment = (sequelize) =>
  sequelize.define(
    'Treatment',
    {
      appointmentId: required(DataTypes.INTEGER),
      serviceId: required(DataTypes.INTEGER),
      name: required(DataTypes.STRING(100)),
      priceCents: cents(),
      taxBp: required(DataTypes.INTEGER),
      quantity: required(DataTypes.INTEGER),
      netCents: cents(),
      taxCents: cents(),
    },
    {
      ...conventions,
      indexes: [{ name: 'treatments_appointment', fields: ['appointment_id'] }],
    },
  );
