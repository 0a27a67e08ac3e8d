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

export const text = (longest: number) =>
  anyText.refine((value) => lengthOf(value) <= longest, `It must have at most ${longest} characters.`);

export const name = text(100).regex(NOT_BLANK, 'It must not be blank.');
export const email = z.string().max(254, { abort: true }).regex(EMAIL, 'It must be an email address.');
export const password = z.string().regex(PASSWORD, 'It must have 8 to 72 printable ASCII characters.');
export const word = z.string().regex(WORD, 'It must have 1 to 30 characters of a-z, 0-9 and -.');
export const words = (most: number) => z.array(word).max(most);
export const idempotencyKey = z.string().regex(KEY, 'It must have 1 to 64 visible ASCII characters.');

export const integer = (least: number, most: number) => z.int().min(least).max(most);
export const id = integer(1, LARGEST_ID);
/** Money is a bigint inside, a number in JSON. */
export const cents = (least: number, most: number) => integer(least, most).transform(BigInt);
export const priceCents = cents(0, 100_000_000);
export const taxBp = integer(0, 10_000);

/** What parsing makes of a text; refused when it makes nothing of it. */
export const parsed = <T>(parse: (value: string) => T | null, message: string) =>
  z.string().transform((value, context) => {
    const result = parse(value);
    if (result !== null) return result;
    context.addIssue(message);
    return z.NEVER;
  });

const existingDay = (first: string, last: string) =>
  parsed(
    (value) => (value >= first && value <= last ? parseDay(value) : null),
    `It must be a day from ${first} to ${last}.`,
  );

export const birthDate = existingDay('1900-01-01', '2099-12-31');
export const day = existingDay('2000-01-01', '2099-12-31');
export const instant = parsed(
  parseInstant,
  'It must be an instant from 2000 to 2099, on a whole minute and with its offset.',
);

/** In a query everything is text. */
export const digits = (least: number, most: number) =>
  z.string().regex(DIGITS, 'It must be an integer.').transform(Number).pipe(integer(least, most));

export const idText = digits(1, LARGEST_ID);

/** A parameter that may be given several times. */
export const several = <T extends z.ZodType>(kind: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(kind));

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type CamelKeys<T> = { [K in keyof T as Camel<K & string>]: T[K] };

/** An object with these members and no other; what it becomes is named as TypeScript names things. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).transform(camelKeys);

export function camelKeys<T extends object>(value: T): CamelKeys<T> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), member])) as CamelKeys<T>;
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
