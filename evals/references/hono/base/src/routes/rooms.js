import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { roomIn, roomOut, roomPage, roomQuery } from '../schemas/rooms.js';
import { createRouter } from './router.js';

export function roomRoutes(rooms) {
  const router = createRouter();

  router.post('/', managersOnly, valid({ json: roomIn }), async (c) => {
    const room = await rooms.create(c.req.valid('json'));
    return c.json(roomOut(room), 201);
  });

  router.get('/', valid({ query: roomQuery }), async (c) => {
    const { page } = c.req.valid('query');
    return c.json(roomPage(await rooms.list(page)));
  });

  return router;
}
