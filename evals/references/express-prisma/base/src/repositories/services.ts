import { Prisma } from '../generated/prisma/client.js';
import type { IdKey, Page, PageRequest } from '../models/page.js';
import type { Service, ServiceChanges, ServiceInput } from '../models/service.js';
import { Repository, afterId, pageOf } from './repository.js';

const TABLE = Prisma.sql`services`;

export class ServiceRepository extends Repository {
  create(service: ServiceInput): Promise<Service> {
    return this.db.service.create({ data: service });
  }

  list(page: PageRequest<IdKey>): Promise<Page<Service>> {
    return pageOf(
      page.limit,
      this.db.service.count(),
      this.db.service.findMany({ where: { ...afterId(page) }, orderBy: { id: 'asc' }, take: page.limit + 1 }),
    );
  }

  read(id: number): Promise<Service | null> {
    return this.db.service.findUnique({ where: { id } });
  }

  async lock(id: number): Promise<Service | null> {
    return (await this.lockRow(TABLE, id)) ? this.read(id) : null;
  }

  update({ id }: Service, changes: ServiceChanges): Promise<Service> {
    return this.db.service.update({ where: { id }, data: changes });
  }
}
