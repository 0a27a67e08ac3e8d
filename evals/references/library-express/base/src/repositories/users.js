import { fold } from '../text.js';
import { Repository, refuseDuplicate } from './repository.js';

export class UserRepository extends Repository {
  constructor({ User }, transaction) {
    super(User, transaction);
  }

  create(user) {
    const created = this.model.create(user, { transaction: this.transaction });
    return refuseDuplicate(created, 'email_taken', 'Another user has this email.');
  }

  read(id) {
    return this.model.findByPk(id, { transaction: this.transaction });
  }

  readByEmail(email) {
    return this.model.findOne({ where: { emailFolded: fold(email) }, transaction: this.transaction });
  }

  /** Whether there is any user. */
  async exists() {
    return (await this.model.findOne({ attributes: ['id'], transaction: this.transaction })) !== null;
  }
}
