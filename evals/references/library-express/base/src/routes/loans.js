import { librariansOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { loanIn, loanOut, loanPage, loanQuery, returnIn } from '../schemas/loans.js';
import { createRouter, pathId } from './router.js';

export function loanRoutes(loans) {
  const router = createRouter();
  const read = (id) => loans.read(id);

  router.post('/', librariansOnly, valid({ body: loanIn }), async (req, res) => {
    const loan = await loans.lend(req.valid.body);
    res.status(201).json(loanOut(loan));
  });

  router.get('/', valid({ query: loanQuery }), async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(loanPage(await loans.list(req.user, filters, page)));
  });

  router.post('/:id/return', librariansOnly, pathId, valid({ body: returnIn }, read), async (req, res) => {
    const loan = await loans.takeBack(req.params.id, req.valid.body);
    res.json(loanOut(loan));
  });

  return router;
}
