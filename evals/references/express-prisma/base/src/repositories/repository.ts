import { Prisma } from '../generated/prisma/client.js';
import { Conflict, type ConflictCode } from '../errors.js';
import type { IdKey, InstantKey, Page, PageRequest } from '../models/page.js';

/** What the repositories have in common: the client, within the transaction of their unit of work or without one. */
export abstract class Repository {
  constructor(protected readonly db: Prisma.TransactionClient) {}

  /**
   * Locks a row until the transaction ends; false when there is none. In SQL, because Prisma has no row locks; what the
   * row holds is read afterwards, as it is after the wait.
   */
  protected async lockRow(table: Prisma.Sql, id: number): Promise<boolean> {
    const rows = await this.db.$queryRaw<{ id: number }[]>`SELECT id FROM ${table} WHERE id = ${id} FOR UPDATE`;
    return rows.length > 0;
  }
}

/**
 * One page: the rows that match, of which there is one more than fits when others follow, and the number of all that
 * match.
 */
export async function pageOf<Item>(
  limit: number,
  counted: Promise<number>,
  read: Promise<Item[]>,
): Promise<Page<Item>> {
  const [total, rows] = await Promise.all([counted, read]);
  return { items: rows.slice(0, limit), total, more: rows.length > limit };
}

export function afterId({ after }: PageRequest<IdKey>) {
  return after && { id: { gt: after[0] } };
}

/**
 * Beyond the last row of the page before, in a list by an instant and then the id: rows that come or go between two
 * pages shift nothing. Bounded by the instant alone, too, so that the index of the order is entered at that place.
 */
export function afterInstant<Where>(
  { after }: PageRequest<InstantKey>,
  column: (filter: { gte: Date } | { gt: Date }) => Where,
) {
  if (!after) return undefined;
  const [at, id] = after;
  return { ...column({ gte: at }), OR: [column({ gt: at }), { id: { gt: id } }] };
}

/** Turns the violation of the unique index of that name into the conflict that it means. */
export async function refuseDuplicate<T>(
  written: Promise<T>,
  index: string,
  code: ConflictCode,
  message: string,
): Promise<T> {
  try {
    return await written;
  } catch (error) {
    throw violates(error, index) ? new Conflict(code, message) : error;
  }
}

function violates(error: unknown, index: string): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return false;
  const { cause } = error.meta?.driverAdapterError as { cause?: { originalMessage?: string } };
  // With a driver adapter `meta.target` stays empty: the name of the index is in the server's message alone, quoted.
  return cause?.originalMessage?.includes(`"${index}"`) ?? false;
}
