import { Repository } from './repository.js';

export class ServiceRepository extends Repository {
  constructor({ Service }, transaction) {
    super(Service, transaction);
  }

  create(service) {
    return this.model.create(service, { transaction: this.transaction });
  }

  list(page) {
    return this.page({ conditions: [], order: ['id'], ...page });
  }

  read(id) {
    return this.model.findByPk(id, { transaction: this.transaction });
  }

  update(service, values) {
    return service.update(values, { transaction: this.transaction });
  }
}
