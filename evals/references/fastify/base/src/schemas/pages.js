import { encodeCursor } from '../cursors.js';
import { array, digits, nullable, number, object, string, withDefault } from './fields.js';
import { inputOf } from './parsing.js';

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

const cursorOf = ({ length }) => ({ type: 'string', cursor: length });

/** The query of a list: its filters, and which page is wanted. */
export const pageQuery = (filters, order) =>
  object({}, { ...filters, limit: withDefault(digits(1, 100), '20'), cursor: cursorOf(order) });

export function pageInput({ limit, cursor, ...filters }, order) {
  return { filters: inputOf(filters), page: { limit, after: cursor && order.valuesOf(cursor) } };
}

export const pageOf = (thing) => object({ items: array(thing), next_cursor: nullable(string), total: number });

export function pageOut({ items, total, more }, itemOut, order) {
  return {
    items: items.map(itemOut),
    next_cursor: more ? encodeCursor(order.keyOf(items.at(-1))) : null,
    total,
  };
}
