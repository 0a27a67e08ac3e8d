/** The kinds of values of the contract, as JSON schemas. */

const LARGEST_ID = 2_147_483_647;
const NO_NUL = '^[^\\u0000]*$';
// Patterns are tried on texts of any length: none of these takes more than one way through a text.
const NOT_BLANK = '^[ \\t\\n\\r]*[^ \\t\\n\\r\\u0000][^\\u0000]*$';
const EMAIL = '^[!-?A-~]+@[!-?A-~][!--/-?A-~]*\\.[!-?A-~]+$';

/** An object with these members and no other. */
export const object = (required, optional = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

export const nullable = (kind) => ({ ...kind, nullable: true });

/** Left out, it is this. */
export const withDefault = (kind, value) => ({ ...kind, default: value });

export const array = (items) => ({ type: 'array', items });

export const oneOf = (...values) => ({ type: 'string', enum: values });

export const anyText = { type: 'string', pattern: NO_NUL };
export const text = (longest) => ({ ...anyText, maxLength: longest });
export const name = { type: 'string', maxLength: 100, pattern: NOT_BLANK };
export const email = { type: 'string', maxLength: 254, pattern: EMAIL };
export const password = { type: 'string', pattern: '^[ -~]{8,72}$' };
export const word = { type: 'string', pattern: '^[a-z0-9-]{1,30}$' };
export const words = (most) => ({ ...array(word), maxItems: most });
export const idempotencyKey = { type: 'string', pattern: '^[!-~]{1,64}$' };

export const integer = (least, most) => ({ type: 'integer', minimum: least, maximum: most });
export const id = integer(1, LARGEST_ID);
export const priceCents = integer(0, 100_000_000);
export const taxBp = integer(0, 10_000);

/** Shown as it was sent, and so left a text. */
export const birthDate = {
  type: 'string',
  format: 'date',
  formatMinimum: '1900-01-01',
  formatMaximum: '2099-12-31',
};
export const day = { type: 'string', day: ['2000-01-01', '2099-12-31'] };
export const instant = { type: 'string', instant: true };

/** In a query and in a path everything is text. */
export const digits = (least, most) => ({ type: 'string', digits: [least, most] });
export const idText = digits(1, LARGEST_ID);

/** The parameters of a path that has the id of a thing. */
export const pathId = object({ id: idText });

/** What answers are made of, for their serializers. */
export const number = { type: 'integer' };
export const string = { type: 'string' };
