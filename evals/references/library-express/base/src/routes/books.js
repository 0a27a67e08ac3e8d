import { librariansOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { bookIn, bookOut, bookPage, bookQuery } from '../schemas/books.js';
import { createRouter } from './router.js';

export function bookRoutes(books) {
  const router = createRouter();

  router.post('/', librariansOnly, valid({ body: bookIn }), async (req, res) => {
    const book = await books.create(req.valid.body);
    res.status(201).json(bookOut(book));
  });

  router.get('/', valid({ query: bookQuery }), async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(bookPage(await books.list(filters, page)));
  });

  return router;
}
