import type { Router } from 'express';
import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { roomIn, roomOut, roomPage, roomQuery } from '../schemas/rooms.js';
import type { RoomService } from '../services/rooms.js';
import { createRouter } from './router.js';

export function roomRoutes(rooms: RoomService): Router {
  const router = createRouter();

  router.post('/', managersOnly, valid({ body: roomIn })(async (req, res) => {
    const room = await rooms.create(req.valid.body);
    res.status(201).json(roomOut(room));
  }));

  router.get('/', valid({ query: roomQuery })(async (req, res) => {
    res.json(roomPage(await rooms.list(req.valid.query.page)));
  }));

  return router;
}
