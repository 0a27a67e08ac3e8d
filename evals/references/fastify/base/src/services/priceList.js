import { found } from '../errors.js';
import { facts, record } from './audit.js';

export class PriceListService {
  constructor({ work, reading }) {
    this.work = work;
    this.reading = reading;
  }

  create(user, input) {
    return this.work(async (work) => {
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

  list(page) {
    return this.reading((work) => work.services.list(page));
  }

  async read(id) {
    return found(await this.reading((work) => work.services.read(id)));
  }

  update(user, id, changes) {
    return this.work(async (work) => {
      const service = found(await work.services.lock(id));
      const before = facts.service(service);
      await work.services.update(service, changes);
      await record(work, {
        user,
        action: 'service.updated',
        entityId: id,
        before,
        after: facts.service(service),
      });
      return service;
    });
  }
}
