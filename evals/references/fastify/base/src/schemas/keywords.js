import { decodeCursor } from '../cursors.js';
import { parseDay, parseInstant } from '../instants.js';

const DIGITS = /^\d{1,10}$/;

/** Teaches Ajv the texts of the contract that stand for something else. */
export function addKeywords(ajv) {
  ajv.addKeyword(standsFor('instant', parseInstant, 'must be an instant from 2000 to 2099, on a whole minute'));
  ajv.addKeyword(standsFor('day', parseDayWithin, 'must be an existing day within the range'));
  ajv.addKeyword(standsFor('digits', parseDigits, 'must be an integer within the range'));
  ajv.addKeyword(standsFor('cursor', decodeCursor, 'must be the next_cursor of a page'));
}

/** A keyword that refuses a text of which nothing can be made, and else puts in its place what is made of it. */
function standsFor(keyword, read, message) {
  const compile = (setting) => (text, { parentData, parentDataProperty }) => {
    const value = read(text, setting);
    if (value === null) return false;
    parentData[parentDataProperty] = value;
    return true;
  };
  return { keyword, type: 'string', modifying: true, compile, error: { message } };
}

function parseDayWithin(text, [first, last]) {
  return text >= first && text <= last ? parseDay(text) : null;
}

function parseDigits(text, [least, most]) {
  const number = DIGITS.test(text) ? Number(text) : NaN;
  return number >= least && number <= most ? number : null;
}
