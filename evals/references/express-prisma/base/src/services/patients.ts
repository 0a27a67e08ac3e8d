import { now } from '../clock.js';
import { found } from '../errors.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import type { Patient, PatientChanges, PatientFilters, PatientInput } from '../models/patient.js';
import type { User } from '../models/user.js';
import type { Units } from '../unitOfWork.js';
import { facts, record } from './audit.js';

export class PatientService {
  constructor(private readonly units: Units) {}

  create(user: User, input: PatientInput): Promise<Patient> {
    return this.units.work(async (work) => {
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

  list(filters: PatientFilters, page: PageRequest<InstantKey>): Promise<Page<Patient>> {
    return this.units.reading((work) => work.patients.list(filters, page));
  }

  async read(id: number): Promise<Patient> {
    return found(await this.units.reading((work) => work.patients.read(id)));
  }

  update(user: User, id: number, changes: PatientChanges): Promise<Patient> {
    return this.units.work(async (work) => {
      const patient = found(await work.patients.lock(id));
      const changed = await work.patients.update(patient, changes);
      await record(work, {
        user,
        action: 'patient.updated',
        entityId: id,
        before: facts.patient(patient),
        after: facts.patient(changed),
      });
      return changed;
    });
  }

  delete(user: User, id: number): Promise<void> {
    return this.units.work(async (work) => {
      const patient = found(await work.patients.lock(id));
      await work.patients.delete(patient, now());
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
