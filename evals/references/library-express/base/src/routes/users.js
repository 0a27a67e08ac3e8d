import { valid } from '../middleware/validation.js';
import { userIn, userOut } from '../schemas/users.js';
import { createRouter } from './router.js';

export function userRoutes(accounts) {
  const router = createRouter();

  router.post('/', valid({ body: userIn }), async (req, res) => {
    const user = await accounts.register(req.valid.body);
    res.status(201).json(userOut(user));
  });

  return router;
}
