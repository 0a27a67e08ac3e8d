import type { IdKey, Page, PageRequest } from '../models/page.js';
import type { Practitioner, PractitionerFilters, PractitionerInput } from '../models/practitioner.js';
import type { Units } from '../unitOfWork.js';

export class PractitionerService {
  constructor(private readonly units: Units) {}

  create(input: PractitionerInput): Promise<Practitioner> {
    return this.units.work((work) => work.practitioners.create(input));
  }

  list(filters: PractitionerFilters, page: PageRequest<IdKey>): Promise<Page<Practitioner>> {
    return this.units.reading((work) => work.practitioners.list(filters, page));
  }
}
