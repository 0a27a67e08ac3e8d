/** Which page of a list is wanted: how long, and after the row with which key. */
export interface PageRequest<Key> {
  limit: number;
  after?: Key | undefined;
}

export interface Page<Item> {
  items: Item[];
  total: number;
  more: boolean;
}

/** The keys of rows in lists by id, and in lists by an instant and then the id. */
export type IdKey = readonly [id: number];
export type InstantKey = readonly [at: Date, id: number];
