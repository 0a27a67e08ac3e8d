import type { RequestHandler, Router } from 'express';
import { valid } from '../middleware/validation.js';
import { userIn, userOut } from '../schemas/users.js';
import type { AccountService } from '../services/accounts.js';
import { createRouter } from './router.js';

export function userRoutes(accounts: AccountService, login: RequestHandler): Router {
  const router = createRouter();

  router.post('/', valid({ body: userIn })(async (req, res) => {
    const user = await accounts.register(req.valid.body);
    res.status(201).json(userOut(user));
  }));

  router.get('/me', login, (req, res) => {
    res.json(userOut(req.user));
  });

  return router;
}
