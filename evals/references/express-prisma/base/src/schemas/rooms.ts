import type { Page } from '../models/page.js';
import type { Room } from '../models/room.js';
import { name, object } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const roomIn = object({ name });

export const roomQuery = pageQuery({}, byId);

export const roomOut = (room: Room) => ({ id: room.id, name: room.name });

export const roomPage = (page: Page<Room>) => pageOut(page, roomOut, byId);
