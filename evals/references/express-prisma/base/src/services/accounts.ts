import { now } from '../clock.js';
import { InvalidCredentials, Unauthorized } from '../errors.js';
import type { Credentials, Registration, User } from '../models/user.js';
import { hashPassword, verifyPassword, type Tokens } from '../security.js';
import type { Units } from '../unitOfWork.js';

export class AccountService {
  constructor(
    private readonly units: Units,
    private readonly tokens: Tokens,
  ) {}

  /** The first user of all is the manager. */
  async register({ email, password, name }: Registration): Promise<User> {
    const passwordHash = await hashPassword(password);
    return this.units.work(async (work) => {
      const role = (await work.users.exists()) ? 'staff' : 'manager';
      return work.users.create({ email, passwordHash, name, role, createdAt: now() });
    });
  }

  /** A token, for the password of a user. */
  async login({ email, password }: Credentials): Promise<string> {
    const user = await this.units.reading((work) => work.users.readByEmail(email));
    const matches = await verifyPassword(password, user?.passwordHash);
    if (!user || !matches) throw new InvalidCredentials();
    return this.tokens.issue(user.id);
  }

  /** The user whose token it is. */
  async me(token: string): Promise<User> {
    const id = this.tokens.read(token);
    const user = id && (await this.units.reading((work) => work.users.read(id)));
    if (!user) throw new Unauthorized();
    return user;
  }
}
