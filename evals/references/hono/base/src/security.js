import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { sign, verify } from 'hono/jwt';

const derive = promisify(scrypt);
const COST = { N: 8192, r: 8, p: 1 }; // about 20 ms
const KEY_BYTES = 32;
const NOBODY = `${'A'.repeat(22)}.${'A'.repeat(43)}`;
const ALGORITHM = 'HS256';
const SUBJECT = /^[1-9]\d{0,9}$/;

export const TOKEN_SECONDS = 3600;

export async function hashPassword(password) {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** Takes as long without a hash as with one, so that nobody learns which emails are known. */
export async function verifyPassword(password, hash = NOBODY) {
  const [salt, key] = hash.split('.').map((part) => Buffer.from(part, 'base64url'));
  return timingSafeEqual(await derive(password, salt, KEY_BYTES, COST), key) && hash !== NOBODY;
}

export class Tokens {
  #secret;

  constructor(secret) {
    this.#secret = secret;
  }

  issue(userId) {
    const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    return sign({ sub: String(userId), exp }, this.#secret, ALGORITHM);
  }

  /** The id of the user whose token it is; null when it is not one of ours, or no longer. */
  async read(token) {
    try {
      const { sub, exp } = await verify(token, this.#secret, ALGORITHM);
      return SUBJECT.test(sub) && exp ? Number(sub) : null;
    } catch {
      return null;
    }
  }
}
