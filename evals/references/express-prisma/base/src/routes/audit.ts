import type { Router } from 'express';
import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { auditPage, auditQuery } from '../schemas/audit.js';
import type { AuditService } from '../services/audit.js';
import { createRouter } from './router.js';

export function auditRoutes(audit: AuditService): Router {
  const router = createRouter();

  router.get('/', managersOnly, valid({ query: auditQuery })(async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(auditPage(await audit.list(filters, page)));
  }));

  return router;
}
