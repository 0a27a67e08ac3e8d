import { z } from 'zod';
import { parseDay, parseInstant } from '../instants.js';
import { lengthOf } from '../text.js';

/** The kinds of values of the contract. */

const NUL = '\u0000';
const LARGEST_ID = 2_147_483_647;
const WORD = /^[a-z0-9-]{1,30}$/;
const DIGITS = /^\d{1,10}$/;
const EMAIL = /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/;
const PASSWORD = /^[ -~]{8,72}$/;
const NOT_BLANK = /[^ \t\n\r]/;
const KEY = /^[!-~]{1,64}$/;

export const anyText = z.string().refine((value) => !value.includes(NUL), 'It must not contain U+0000.');

export const text = (longest) =>
  anyText.refine((value) => lengthOf(value) <= longest, `It must have at most ${longest} characters.`);

export const name = text(100).regex(NOT_BLANK, 'It must not be blank.');
export const email = z.string().max(254, { abort: true }).regex(EMAIL, 'It must be an email address.');
export const password = z.string().regex(PASSWORD, 'It must have 8 to 72 printable ASCII characters.');
export const word = z.string().regex(WORD, 'It must have 1 to 30 characters of a-z, 0-9 and -.');
export const words = (most) => z.array(word).max(most);
export const idempotencyKey = z.string().regex(KEY, 'It must have 1 to 64 visible ASCII characters.');

export const integer = (least, most) => z.int().min(least).max(most);
export const id = integer(1, LARGEST_ID);
export const priceCents = integer(0, 100_000_000);
export const taxBp = integer(0, 10_000);

const existingDay = (first, last) => {
  const exists = (value) => parseDay(value) !== null && value >= first && value <= last;
  return z.string().refine(exists, `It must be a day from ${first} to ${last}.`);
};

/** Shown as it was sent, and so left a text. */
export const birthDate = existingDay('1900-01-01', '2099-12-31');
export const day = existingDay('2000-01-01', '2099-12-31').transform(parseDay);
export const instant = z
  .string()
  .refine(parseInstant, 'It must be an instant from 2000 to 2099, on a whole minute and with its offset.')
  .transform(parseInstant);

/** In a query everything is text. */
export const digits = (least, most) =>
  z.string().regex(DIGITS, 'It must be an integer.').transform(Number).pipe(z.int().min(least).max(most));

export const idText = digits(1, LARGEST_ID);

/** A parameter that may be given several times. */
export const several = (kind) => z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(kind));

/** An object with these members and no other; what it becomes is named as JavaScript names things. */
export const object = (shape) => z.strictObject(shape).transform(camelKeys);

function camelKeys(value) {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), member]));
}

function camel(key) {
  return key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
