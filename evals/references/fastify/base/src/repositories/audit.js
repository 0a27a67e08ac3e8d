import { Repository } from './repository.js';

export class AuditRepository extends Repository {
  constructor({ AuditEntry }, transaction) {
    super(AuditEntry, transaction);
  }

  create(entry) {
    return this.model.create(entry, { transaction: this.transaction });
  }

  list({ entity, entityId, userId }, page) {
    const conditions = [];
    if (entity) conditions.push({ entity });
    if (entityId) conditions.push({ entityId });
    if (userId) conditions.push({ userId });
    return this.page({ conditions, order: ['at', 'id'], ...page });
  }
}
