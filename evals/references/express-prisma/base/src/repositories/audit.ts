import type { Prisma } from '../generated/prisma/client.js';
import type { AuditEntry, AuditFilters } from '../models/auditEntry.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import { Repository, afterInstant, pageOf } from './repository.js';

export class AuditRepository extends Repository {
  async create(entry: Omit<AuditEntry, 'id' | 'changes'> & { changes: Prisma.InputJsonObject }): Promise<void> {
    await this.db.auditEntry.create({ data: entry });
  }

  list({ entity, entityId, userId }: AuditFilters, page: PageRequest<InstantKey>): Promise<Page<AuditEntry>> {
    const where = { entity, entityId, userId };
    return pageOf(
      page.limit,
      this.db.auditEntry.count({ where }),
      this.db.auditEntry.findMany({
        where: { ...where, ...afterInstant(page, (at) => ({ at })) },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        take: page.limit + 1,
      }),
    );
  }
}
