import { now } from '../clock.js';
import { found } from '../errors.js';
import { facts, record } from './audit.js';

export class PatientService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  create(user, input) {
    return this.work(async (work) => {
      const patient = await work.patients.create({ ...input, createdAt: now() });
      await record(work, {
        user,
        action: 'patient.created',
        entityId: patient.id,
        after: facts.patient(patient),
      });
      return patient;
    });
  }

  list(filters, page) {
    return this.reading((work) => work.patients.list(filters, page));
  }

  async read(id) {
    return found(await this.reading((work) => work.patients.read(id)));
  }

  update(user, id, changes) {
    return this.work(async (work) => {
      const patient = found(await work.patients.lock(id));
      const before = facts.patient(patient);
      await work.patients.update(patient, changes);
      await record(work, {
        user,
        action: 'patient.updated',
        entityId: id,
        before,
        after: facts.patient(patient),
      });
      return patient;
    });
  }

  delete(user, id) {
    return this.work(async (work) => {
      const patient = found(await work.patients.lock(id));
      await work.patients.delete(patient);
      await record(work, {
        user,
        action: 'patient.deleted',
        entityId: id,
        before: { deleted: false },
        after: { deleted: true },
      });
    });
  }
}
