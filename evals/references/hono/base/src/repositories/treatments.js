import { Repository } from './repository.js';

export class TreatmentRepository extends Repository {
  constructor({ Treatment }, transaction) {
    super(Treatment, transaction);
  }

  create(treatment) {
    return this.model.create(treatment, { transaction: this.transaction });
  }

  list(appointmentId) {
    return this.model.findAll({ where: { appointmentId }, order: ['id'], transaction: this.transaction });
  }
}
