import { DataTypes } from 'sequelize';
import { conventions, required } from './conventions.js';

export const defineAppointment = (sequelize) =>
  sequelize.define(
    'Appointment',
    {
      patientId: required(DataTypes.INTEGER),
      practitionerId: required(DataTypes.INTEGER),
      roomId: required(DataTypes.INTEGER),
      startsAt: required(DataTypes.DATE),
      endsAt: required(DataTypes.DATE),
      status: required(DataTypes.STRING(10)),
      createdAt: required(DataTypes.DATE),
    },
    {
      ...conventions,
      indexes: [
        { name: 'appointments_order', fields: ['starts_at', 'id'] },
        { name: 'appointments_patient', fields: ['patient_id', 'starts_at'] },
        { name: 'appointments_practitioner', fields: ['practitioner_id', 'starts_at'] },
        { name: 'appointments_room', fields: ['room_id', 'starts_at'] },
      ],
    },
  );
