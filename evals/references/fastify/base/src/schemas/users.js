import { formatInstant } from '../instants.js';
import { TOKEN_SECONDS } from '../security.js';
import { anyText, email, name, number, object, password, string } from './fields.js';

export const userIn = object({ email, password, name });

export const sessionIn = object({ email: anyText, password: anyText });

export const user = object({ id: number, email: string, name: string, role: string, created_at: string });

export const userOut = (row) => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  created_at: formatInstant(row.createdAt),
});

export const session = object({ token: string, token_type: string, expires_in: number });

export const sessionOut = (token) => ({ token, token_type: 'Bearer', expires_in: TOKEN_SECONDS });
