import { z } from 'zod';
import { isDay } from '../instants.js';
import { lengthOf } from '../text.js';

/** The kinds of values of the contract. */

const NUL = '\u0000';
const LARGEST_ID = 2_147_483_647;
const DIGITS = /^[1-9]\d{0,9}$/;
const EMAIL = /^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$/;
const PASSWORD = /^[ -~]{8,72}$/;
const NOT_BLANK = /[^ \t\n\r]/;
const ISBN = /^\d{13}$/;
const [FIRST_DAY, LAST_DAY] = ['2000-01-01', '2099-12-31'];

export const anyText = z.string().refine((value) => !value.includes(NUL), 'It must not contain U+0000.');

export const text = (longest) =>
  anyText.refine((value) => lengthOf(value) <= longest, `It must have at most ${longest} characters.`);

export const name = text(100).regex(NOT_BLANK, 'It must not be blank.');
export const title = text(200).regex(NOT_BLANK, 'It must not be blank.');
export const email = z.string().max(254, { abort: true }).regex(EMAIL, 'It must be an email address.');
export const password = z.string().regex(PASSWORD, 'It must have 8 to 72 printable ASCII characters.');
export const isbn = z.string().regex(ISBN, 'It must have 13 digits.');

export const integer = (least, most) => z.int().min(least).max(most);
export const id = integer(1, LARGEST_ID);

/** Shown as it was sent, and so left a text. */
export const day = z
  .string()
  .refine(
    (value) => isDay(value) && value >= FIRST_DAY && value <= LAST_DAY,
    `It must be a day from ${FIRST_DAY} to ${LAST_DAY}.`,
  );

/** In a query everything is text. */
export const digits = (most) =>
  z.string().regex(DIGITS, `It must be an integer from 1 to ${most}.`).transform(Number).pipe(z.int().max(most));

export const idText = digits(LARGEST_ID);

/** An object with these members and no other; what it becomes is named as JavaScript names things. */
export const object = (shape) => z.strictObject(shape).transform(camelKeys);

function camelKeys(value) {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), member]));
}

function camel(key) {
  return key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
