const KEY = /^\d{1,10}(?:\.\d{1,10})*$/;

/** A cursor from the key of a row: whole numbers, of which the last is the id. */
export function encodeCursor(key: readonly number[]): string {
  return Buffer.from(key.join('.')).toString('base64url');
}

/** The key of a row from a cursor; null when we cannot have made it. */
export function decodeCursor(cursor: string, length: number): number[] | null {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const key = KEY.test(text) ? text.split('.').map(Number) : [];
  // Decoding forgives what encoding never makes, such as padding: only the round trip tells.
  return key.length === length && encodeCursor(key) === cursor ? key : null;
}
