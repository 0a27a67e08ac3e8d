import { Repository } from './repository.js';

export class RoomRepository extends Repository {
  constructor({ Room }, transaction) {
    super(Room, transaction);
  }

  create(room) {
    return this.model.create(room, { transaction: this.transaction });
  }

  list(page) {
    return this.page({ conditions: [], order: ['id'], ...page });
  }
}
