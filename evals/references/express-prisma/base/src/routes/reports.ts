import type { Router } from 'express';
import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { revenueOut, revenueQuery, utilisationOut, utilisationQuery } from '../schemas/reports.js';
import type { ReportService } from '../services/reports.js';
import { createRouter } from './router.js';

export function reportRoutes(reports: ReportService): Router {
  const router = createRouter();

  router.get('/revenue', managersOnly, valid({ query: revenueQuery })(async (req, res) => {
    res.json(revenueOut(await reports.revenue(req.valid.query)));
  }));

  router.get('/utilisation', managersOnly, valid({ query: utilisationQuery })(async (req, res) => {
    res.json(utilisationOut(await reports.utilisation(req.valid.query)));
  }));

  return router;
}
