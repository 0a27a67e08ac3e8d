import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../cursors.js';
import type { IdKey, InstantKey, Page } from '../models/page.js';
import { camelKeys, digits, parsed } from './fields.js';

/** The order of a list, as its cursors hold it. */
interface Order<Item, Key> {
  encode(item: Item): string;
  decode(cursor: string): Key | null;
}

export const byId: Order<{ id: number }, IdKey> = {
  encode: ({ id }) => encodeCursor([id]),
  decode: (cursor) => {
    const [id] = decodeCursor(cursor, 1) ?? [];
    return id === undefined ? null : [id];
  },
};

export const byInstant = <Name extends string>(
  attribute: Name,
): Order<{ id: number } & Record<Name, Date>, InstantKey> => ({
  encode: (item) => encodeCursor([item[attribute].getTime() / 1000, item.id]),
  decode: (cursor) => {
    const [seconds, id] = decodeCursor(cursor, 2) ?? [];
    return seconds === undefined || id === undefined ? null : [new Date(seconds * 1000), id];
  },
});

/** The query of a list: its filters, and which page is wanted. */
export function pageQuery<Shape extends z.ZodRawShape, Item, Key>(filters: Shape, order: Order<Item, Key>) {
  const cursor = parsed((value) => order.decode(value), 'It must be the next_cursor of a page.');
  const query = z.strictObject({ ...filters, limit: digits(1, 100).default(20), cursor: cursor.optional() });
  return query.transform((value) => {
    // TypeScript cannot tell the members apart while the shape of the filters is open.
    const { limit, cursor: after, ...rest } = value as { limit: number; cursor?: Key };
    return { filters: camelKeys(rest as z.output<z.ZodObject<Shape>>), page: { limit, after } };
  });
}

export function pageOut<Item, Out>(
  { items, total, more }: Page<Item>,
  itemOut: (item: Item) => Out,
  order: Order<Item, unknown>,
) {
  const last = items.at(-1);
  return {
    items: items.map(itemOut),
    next_cursor: more && last ? order.encode(last) : null,
    total,
  };
}
