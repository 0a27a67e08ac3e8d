import { Op, literal } from 'sequelize';
import { escapeLike, fold } from '../text.js';
import { Repository, refuseDuplicate } from './repository.js';
import { idsWithWords, uniqueRows } from './words.js';

const TAGS = [{ association: 'tags', separate: true }];

export class PatientRepository extends Repository {
  constructor({ Patient, PatientTag }, transaction) {
    super(Patient, transaction);
    this.tags = PatientTag;
  }

  async create({ tags, ...values }) {
    const created = this.model.create(values, { transaction: this.transaction });
    const patient = await refuseEmail(created);
    await this.#tag(patient, tags);
    return patient;
  }

  list({ search, tag, match }, page) {
    const conditions = [];
    if (search) conditions.push(this.#mentions(search));
    if (tag) conditions.push({ id: { [Op.in]: idsWithWords(this.tags, 'patient_id', tag, match === 'all') } });
    return this.page({ conditions, order: ['createdAt', 'id'], include: TAGS, ...page });
  }

  read(id) {
    return this.model.findByPk(id, { include: TAGS, transaction: this.transaction });
  }

  async lock(id) {
    const patient = await super.lock(id);
    // Only once the row is locked: a join would show the tags as they were before the wait.
    if (patient) patient.tags = await patient.getTags({ transaction: this.transaction });
    return patient;
  }

  async update(patient, { tags, ...values }) {
    await refuseEmail(patient.update(values, { transaction: this.transaction }));
    if (!tags) return;
    await this.tags.destroy({ where: { patientId: patient.id }, transaction: this.transaction });
    await this.#tag(patient, tags);
  }

  delete(patient) {
    return patient.destroy({ transaction: this.transaction });
  }

  async #tag(patient, tags) {
    const rows = uniqueRows(tags, { patientId: patient.id });
    patient.tags = await this.tags.bulkCreate(rows, { transaction: this.transaction });
  }

  /** Name or email contains the text. Both sides are folded, so that no collation has a say. */
  #mentions(text) {
    const pattern = this.model.sequelize.escape(`%${escapeLike(fold(text))}%`);
    const contains = { [Op.like]: literal(`${pattern} ESCAPE '\\'`) };
    return { [Op.or]: [{ nameFolded: contains }, { emailFolded: contains }] };
  }
}

function refuseEmail(written) {
  return refuseDuplicate(written, 'email_taken', 'Another patient has this email.');
}
