import { name, number, object, string } from './fields.js';
import { byId, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

export const roomIn = object({ name });

export const roomQuery = pageQuery({}, byId);

export const roomPageInput = (query) => pageInput(query, byId);

export const room = object({ id: number, name: string });

export const roomOut = (row) => ({ id: row.id, name: row.name });

export const roomPage = pageOf(room);

export const roomPageOut = (page) => pageOut(page, roomOut, byId);
