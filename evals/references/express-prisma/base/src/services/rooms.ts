import type { IdKey, Page, PageRequest } from '../models/page.js';
import type { Room, RoomInput } from '../models/room.js';
import type { Units } from '../unitOfWork.js';

export class RoomService {
  constructor(private readonly units: Units) {}

  create(input: RoomInput): Promise<Room> {
    return this.units.work((work) => work.rooms.create(input));
  }

  list(page: PageRequest<IdKey>): Promise<Page<Room>> {
    return this.units.reading((work) => work.rooms.list(page));
  }
}
