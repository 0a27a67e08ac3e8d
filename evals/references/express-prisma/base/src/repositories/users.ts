import type { User } from '../models/user.js';
import { fold } from '../text.js';
import { Repository, refuseDuplicate } from './repository.js';

export class UserRepository extends Repository {
  create(user: Omit<User, 'id' | 'emailFolded'>): Promise<User> {
    const created = this.db.user.create({ data: { ...user, emailFolded: fold(user.email) } });
    return refuseDuplicate(created, 'users_email', 'email_taken', 'Another user has this email.');
  }

  async exists(): Promise<boolean> {
    return (await this.db.user.findFirst({ select: { id: true } })) !== null;
  }

  read(id: number): Promise<User | null> {
    return this.db.user.findUnique({ where: { id } });
  }

  readByEmail(email: string): Promise<User | null> {
    return this.db.user.findUnique({ where: { emailFolded: fold(email) } });
  }
}
