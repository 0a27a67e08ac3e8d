/** A cursor from the key of a row: the values that order the list, of which the last is the id. */
export function encodeCursor(key) {
  return Buffer.from(key.join('.')).toString('base64url');
}

/** The key of a row from a cursor, as texts; null when no key makes this cursor. */
export function decodeCursor(cursor) {
  const key = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  // Decoding forgives what encoding never makes, such as padding: only the round trip tells.
  return encodeCursor(key) === cursor ? key : null;
}
