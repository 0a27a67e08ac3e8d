import { formatInstant } from '../instants.js';
import type { User } from '../models/user.js';
import { TOKEN_SECONDS } from '../security.js';
import { anyText, email, name, object, password } from './fields.js';

export const userIn = object({ email, password, name });

export const sessionIn = object({ email: anyText, password: anyText });

export const userOut = (user: User) => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  created_at: formatInstant(user.createdAt),
});

export const sessionOut = (token: string) => ({ token, token_type: 'Bearer', expires_in: TOKEN_SECONDS });
