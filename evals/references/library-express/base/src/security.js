import { createSecretKey, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';

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
  #key;

  constructor(secret) {
    // jsonwebtoken would try at every token whether a plain text is a public key.
    this.#key = createSecretKey(Buffer.from(secret));
  }

  issue(userId) {
    return jwt.sign({}, this.#key, { algorithm: ALGORITHM, subject: String(userId), expiresIn: TOKEN_SECONDS });
  }

  /** The id of the user whose token it is; null when it is not one of ours, or no longer. */
  read(token) {
    try {
      const { sub, exp } = jwt.verify(token, this.#key, { algorithms: [ALGORITHM] });
      return SUBJECT.test(sub) && exp ? Number(sub) : null;
    } catch {
      return null;
    }
  }
}
