import { Prisma } from '../generated/prisma/client.js';
import type { IdKey, Page, PageRequest } from '../models/page.js';
import type { Room, RoomInput } from '../models/room.js';
import { Repository, afterId, pageOf } from './repository.js';

const TABLE = Prisma.sql`rooms`;

export class RoomRepository extends Repository {
  create(room: RoomInput): Promise<Room> {
    return this.db.room.create({ data: room });
  }

  list(page: PageRequest<IdKey>): Promise<Page<Room>> {
    return pageOf(
      page.limit,
      this.db.room.count(),
      this.db.room.findMany({ where: { ...afterId(page) }, orderBy: { id: 'asc' }, take: page.limit + 1 }),
    );
  }

  /** Whether there is one, on whose row nobody else gets a lock until the transaction ends. */
  lock(id: number): Promise<boolean> {
    return this.lockRow(TABLE, id);
  }
}
