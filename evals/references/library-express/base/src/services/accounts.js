import { now } from '../clock.js';
import { InvalidCredentials, Unauthorized } from '../errors.js';
import { hashPassword, verifyPassword } from '../security.js';

export class AccountService {
  constructor({ work, reading }, tokens) {
    this.work = work;
    this.reading = reading;
    this.tokens = tokens;
  }

  /** The first user of all is the librarian. */
  async register({ email, password, name }) {
    const passwordHash = await hashPassword(password);
    return this.work(async (work) => {
      const role = (await work.users.exists()) ? 'member' : 'librarian';
      return work.users.create({ email, passwordHash, name, role, createdAt: now() });
    });
  }

  /** A token, for the password of a user. */
  async login({ email, password }) {
    const user = await this.reading((work) => work.users.readByEmail(email));
    if (!(await verifyPassword(password, user?.passwordHash))) throw new InvalidCredentials();
    return this.tokens.issue(user.id);
  }

  /** The user whose token it is. */
  async me(token) {
    const id = this.tokens.read(token);
    const user = id && (await this.reading((work) => work.users.read(id)));
    if (!user) throw new Unauthorized();
    return user;
  }
}
