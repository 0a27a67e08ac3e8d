import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCursor, encodeCursor } from '../src/cursors.js';
import { formatInstant, parseDay, parseInstant } from '../src/instants.js';
import { taxOf } from '../src/money.js';
import { escapeLike, fold, lengthOf } from '../src/text.js';

test('half a cent of tax is rounded up, and nothing below it', () => {
  assert.equal(taxOf(50n, 100), 1n);
  assert.equal(taxOf(49n, 100), 0n);
  assert.equal(taxOf(9_007_199_254_740_991n, 10_000), 9_007_199_254_740_991n);
});

test('an instant is the moment that it names, whatever its offset', () => {
  const moment = parseInstant('2026-03-01T00:30:00+02:00');
  assert.equal(moment && formatInstant(moment), '2026-02-28T22:30:00Z');
});

test('days that do not exist, and instants without offset, are none', () => {
  assert.equal(parseDay('2026-02-30'), null);
  assert.equal(parseInstant('2026-03-01T09:30:00'), null);
  assert.equal(parseInstant('2026-03-01T09:30:00Z\n'), null);
});

test('a cursor comes back as its key, and no other text is one', () => {
  assert.deepEqual(decodeCursor(encodeCursor([1_772_323_200, 7]), 2), [1_772_323_200, 7]);
  assert.equal(decodeCursor(`${encodeCursor([7])}=`, 1), null);
  assert.equal(decodeCursor('not-a-cursor', 1), null);
});

test('text is folded in ASCII alone, escaped for LIKE and counted in code points', () => {
  assert.equal(fold('ÄRZTE'), 'Ärzte');
  assert.equal(escapeLike('50%_\\'), '50\\%\\_\\\\');
  assert.equal(lengthOf('😀'), 1);
});
