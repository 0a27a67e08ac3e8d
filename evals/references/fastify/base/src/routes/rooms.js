import { inputOf } from '../schemas/parsing.js';
import { room, roomIn, roomOut, roomPage, roomPageInput, roomPageOut, roomQuery } from '../schemas/rooms.js';

export async function roomRoutes(app, { rooms }) {
  app.post(
    '/',
    { onRequest: app.managersOnly, schema: { body: roomIn, response: { 201: room } } },
    async (request, reply) => {
      const created = await rooms.create(inputOf(request.body));
      reply.code(201);
      return roomOut(created);
    },
  );

  app.get('/', { schema: { querystring: roomQuery, response: { 200: roomPage } } }, async (request) => {
    const { page } = roomPageInput(request.query);
    return roomPageOut(await rooms.list(page));
  });
}
