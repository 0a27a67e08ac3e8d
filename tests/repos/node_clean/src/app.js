import express from 'express';

import { articleService } from './container.js';
import { NotFound } from './errors.js';
import { articleRoutes } from './routes/articles.js';

export function createApp() {
  const app = express();
  app.use(express.json());
  app.get('/health', (req, res) => res.json({ status: 'ok' }));
  app.use('/articles', articleRoutes(articleService));
  app.use((error, req, res, next) => {
    if (error instanceof NotFound) return res.status(404).json({ error: error.message });
    return next(error);
  });
  return app;
}
