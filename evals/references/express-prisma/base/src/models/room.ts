import type { RoomModel } from '../generated/prisma/models.js';

export type Room = RoomModel;

export type RoomInput = Pick<Room, 'name'>;
