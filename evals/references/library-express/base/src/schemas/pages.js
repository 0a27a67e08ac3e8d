import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursors.js';
import { day, digits, idText, object } from './fields.js';

/** The orders of lists: the attributes that order one, and what a cursor may hold of them. */
export const byId = { id: idText };
export const byDueOn = { dueOn: day, id: idText };

/** The query of a list: its filters, and which page is wanted. */
export function pageQuery(filters, order) {
  const key = z.tuple(Object.values(order), 'It must be the next_cursor of a page.');
  const cursor = z.string().transform(decodeCursor).pipe(key);
  const query = object({ ...filters, limit: digits(100).default(20), cursor: cursor.optional() });
  return query.transform(({ limit, cursor: after, ...rest }) => ({ filters: rest, page: { limit, after } }));
}

export function pageOut({ items, total, more }, itemOut, order) {
  const keyOf = (item) => Object.keys(order).map((attribute) => item[attribute]);
  return {
    items: items.map(itemOut),
    next_cursor: more ? encodeCursor(keyOf(items.at(-1))) : null,
    total,
  };
}
