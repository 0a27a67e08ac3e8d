import type { Treatment } from '../models/treatment.js';
import { Repository } from './repository.js';

export class TreatmentRepository extends Repository {
  create(treatment: Omit<Treatment, 'id'>): Promise<Treatment> {
    return this.db.treatment.create({ data: treatment });
  }

  list(appointmentId: number): Promise<Treatment[]> {
    return this.db.treatment.findMany({ where: { appointmentId }, orderBy: { id: 'asc' } });
  }
}
