import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { roomIn, roomOut, roomPage, roomQuery } from '../schemas/rooms.js';
import { createRouter } from './router.js';

export function roomRoutes(rooms) {
  const router = createRouter('/rooms');

  router.post('/', managersOnly, valid({ body: roomIn }), async (ctx) => {
    const room = await rooms.create(ctx.state.valid.body);
    ctx.status = 201;
    ctx.body = roomOut(room);
  });

  router.get('/', valid({ query: roomQuery }), async (ctx) => {
    ctx.body = roomPage(await rooms.list(ctx.state.valid.query.page));
  });

  return router.routes();
}
