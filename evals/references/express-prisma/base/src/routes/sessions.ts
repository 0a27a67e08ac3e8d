import type { Router } from 'express';
import { valid } from '../middleware/validation.js';
import { sessionIn, sessionOut } from '../schemas/users.js';
import type { AccountService } from '../services/accounts.js';
import { createRouter } from './router.js';

export function sessionRoutes(accounts: AccountService): Router {
  const router = createRouter();

  router.post('/', valid({ body: sessionIn })(async (req, res) => {
    const token = await accounts.login(req.valid.body);
    res.status(201).json(sessionOut(token));
  }));

  return router;
}
