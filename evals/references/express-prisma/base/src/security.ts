import { createSecretKey, randomBytes, scrypt, timingSafeEqual, type KeyObject, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const COST = { N: 8192, r: 8, p: 1 }; // about 20 ms
const KEY_BYTES = 32;
const NOBODY = `${'A'.repeat(22)}.${'A'.repeat(43)}`;
const ALGORITHM = 'HS256';
const SUBJECT = /^[1-9]\d{0,9}$/;

export const TOKEN_SECONDS = 3600;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** Takes as long without a hash as with one, so that nobody learns which emails are known. */
export async function verifyPassword(password: string, hash = NOBODY): Promise<boolean> {
  const [salt = '', key = ''] = hash.split('.');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), KEY_BYTES, COST);
  return timingSafeEqual(derived, Buffer.from(key, 'base64url')) && hash !== NOBODY;
}

export class Tokens {
  readonly #key: KeyObject;

  constructor(secret: string) {
    // jsonwebtoken would try at every token whether a plain text is a public key.
    this.#key = createSecretKey(Buffer.from(secret));
  }

  issue(userId: number): string {
    return jwt.sign({}, this.#key, { algorithm: ALGORITHM, subject: String(userId), expiresIn: TOKEN_SECONDS });
  }

  /** The id of the user whose token it is; null when it is not one of ours, or no longer. */
  read(token: string): number | null {
    try {
      const claims = jwt.verify(token, this.#key, { algorithms: [ALGORITHM] });
      if (typeof claims === 'string') return null;
      const { sub = '', exp } = claims;
      return SUBJECT.test(sub) && exp ? Number(sub) : null;
    } catch {
      return null;
    }
  }
}
