import { Prisma } from '../generated/prisma/client.js';
import type { IdKey, Page, PageRequest } from '../models/page.js';
import {
  practitionerDetails,
  type Practitioner,
  type PractitionerFilters,
  type PractitionerInput,
} from '../models/practitioner.js';
import { Repository, afterId, pageOf } from './repository.js';
import { uniqueRows } from './words.js';

const TABLE = Prisma.sql`practitioners`;

export class PractitionerRepository extends Repository {
  create({ name, specialties }: PractitionerInput): Promise<Practitioner> {
    return this.db.practitioner.create({
      data: { name, specialties: { create: uniqueRows(specialties) } },
      include: practitionerDetails,
    });
  }

  list({ specialty }: PractitionerFilters, page: PageRequest<IdKey>): Promise<Page<Practitioner>> {
    const where = specialty ? { specialties: { some: { word: specialty } } } : {};
    return pageOf(
      page.limit,
      this.db.practitioner.count({ where }),
      this.db.practitioner.findMany({
        where: { ...where, ...afterId(page) },
        include: practitionerDetails,
        orderBy: { id: 'asc' },
        take: page.limit + 1,
      }),
    );
  }

  /** Whether there is one, on whose row nobody else gets a lock until the transaction ends. */
  lock(id: number): Promise<boolean> {
    return this.lockRow(TABLE, id);
  }
}
