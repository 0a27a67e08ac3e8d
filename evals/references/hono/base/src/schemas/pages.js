import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursors.js';
import { digits, object } from './fields.js';

/** The orders of lists, as their cursors hold them. */
export const byId = {
  length: 1,
  keyOf: ({ id }) => [id],
  valuesOf: ([id]) => [id],
};

export const byInstant = (attribute) => ({
  length: 2,
  keyOf: (item) => [item[attribute].getTime() / 1000, item.id],
  valuesOf: ([seconds, id]) => [new Date(seconds * 1000), id],
});

/** The query of a list: its filters, and which page is wanted. */
export function pageQuery(filters, order) {
  const cursor = z
    .string()
    .refine((value) => decodeCursor(value, order.length), 'It must be the next_cursor of a page.')
    .transform((value) => order.valuesOf(decodeCursor(value, order.length)));
  const query = object({ ...filters, limit: digits(1, 100).default(20), cursor: cursor.optional() });
  return query.transform(({ limit, cursor: after, ...rest }) => ({ filters: rest, page: { limit, after } }));
}

export function pageOut({ items, total, more }, itemOut, order) {
  return {
    items: items.map(itemOut),
    next_cursor: more ? encodeCursor(order.keyOf(items.at(-1))) : null,
    total,
  };
}
