import { Op } from 'sequelize';
import { Repository } from './repository.js';

const DETAILS = [
  // A deleted patient still has a name in the appointments that it had.
  { association: 'patient', attributes: ['id', 'name'], paranoid: false },
  { association: 'practitioner', attributes: ['id', 'name'] },
  { association: 'room', attributes: ['id', 'name'] },
  { association: 'invoice', attributes: ['id'] },
  { association: 'treatments', separate: true, order: ['id'] },
];

export class AppointmentRepository extends Repository {
  constructor({ Appointment }, transaction) {
    super(Appointment, transaction);
  }

  create(appointment) {
    return this.model.create(appointment, { transaction: this.transaction });
  }

  list({ patientId, practitionerId, roomId, status, from, to }, page) {
    const conditions = [];
    if (patientId) conditions.push({ patientId });
    if (practitionerId) conditions.push({ practitionerId });
    if (roomId) conditions.push({ roomId });
    if (status) conditions.push({ status });
    if (from) conditions.push({ endsAt: { [Op.gt]: from } });
    if (to) conditions.push({ startsAt: { [Op.lt]: to } });
    return this.page({ conditions, order: ['startsAt', 'id'], include: DETAILS, ...page });
  }

  read(id) {
    return this.model.findByPk(id, { include: DETAILS, transaction: this.transaction });
  }

  /** Whether the practitioner or the room has an appointment that shares a moment with these times. */
  overlap({ practitionerId, roomId, startsAt, endsAt }) {
    return this.exists({
      [Op.or]: [{ practitionerId }, { roomId }],
      status: { [Op.ne]: 'cancelled' },
      startsAt: { [Op.lt]: endsAt },
      endsAt: { [Op.gt]: startsAt },
    });
  }

  update(appointment, values) {
    return appointment.update(values, { transaction: this.transaction });
  }
}
