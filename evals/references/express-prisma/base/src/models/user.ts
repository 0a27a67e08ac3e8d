import type { UserModel } from '../generated/prisma/models.js';

export type User = UserModel;

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  name: string;
}
