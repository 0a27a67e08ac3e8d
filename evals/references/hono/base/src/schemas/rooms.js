import { name, object } from './fields.js';
import { byId, pageOut, pageQuery } from './pages.js';

export const roomIn = object({ name });

export const roomQuery = pageQuery({}, byId);

export const roomOut = (room) => ({ id: room.id, name: room.name });

export const roomPage = (page) => pageOut(page, roomOut, byId);
