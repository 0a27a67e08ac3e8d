import { Op } from 'sequelize';
import { Repository } from './repository.js';
import { idsWithWords, uniqueRows } from './words.js';

const SPECIALTIES = [{ association: 'specialties', separate: true }];

export class PractitionerRepository extends Repository {
  constructor({ Practitioner, PractitionerSpecialty }, transaction) {
    super(Practitioner, transaction);
    this.specialties = PractitionerSpecialty;
  }

  async create({ name, specialties }) {
    const practitioner = await this.model.create({ name }, { transaction: this.transaction });
    const rows = uniqueRows(specialties, { practitionerId: practitioner.id });
    practitioner.specialties = await this.specialties.bulkCreate(rows, { transaction: this.transaction });
    return practitioner;
  }

  list({ specialty }, page) {
    const having = specialty && idsWithWords(this.specialties, 'practitioner_id', [specialty], true);
    const conditions = specialty ? [{ id: { [Op.in]: having } }] : [];
    return this.page({ conditions, order: ['id'], include: SPECIALTIES, ...page });
  }
}
