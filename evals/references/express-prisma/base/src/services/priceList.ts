import { found } from '../errors.js';
import type { IdKey, Page, PageRequest } from '../models/page.js';
import type { Service, ServiceChanges, ServiceInput } from '../models/service.js';
import type { User } from '../models/user.js';
import type { Units } from '../unitOfWork.js';
import { facts, record } from './audit.js';

export class PriceListService {
  constructor(private readonly units: Units) {}

  create(user: User, input: ServiceInput): Promise<Service> {
    return this.units.work(async (work) => {
      const service = await work.services.create(input);
      await record(work, {
        user,
        action: 'service.created',
        entityId: service.id,
        after: facts.service(service),
      });
      return service;
    });
  }

  list(page: PageRequest<IdKey>): Promise<Page<Service>> {
    return this.units.reading((work) => work.services.list(page));
  }

  async read(id: number): Promise<Service> {
    return found(await this.units.reading((work) => work.services.read(id)));
  }

  update(user: User, id: number, changes: ServiceChanges): Promise<Service> {
    return this.units.work(async (work) => {
      const service = found(await work.services.lock(id));
      const changed = await work.services.update(service, changes);
      await record(work, {
        user,
        action: 'service.updated',
        entityId: id,
        before: facts.service(service),
        after: facts.service(changed),
      });
      return changed;
    });
  }
}
