import type { Router } from 'express';
import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { practitionerIn, practitionerOut, practitionerPage, practitionerQuery } from '../schemas/practitioners.js';
import type { PractitionerService } from '../services/practitioners.js';
import { createRouter } from './router.js';

export function practitionerRoutes(practitioners: PractitionerService): Router {
  const router = createRouter();

  router.post('/', managersOnly, valid({ body: practitionerIn })(async (req, res) => {
    const practitioner = await practitioners.create(req.valid.body);
    res.status(201).json(practitionerOut(practitioner));
  }));

  router.get('/', valid({ query: practitionerQuery })(async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(practitionerPage(await practitioners.list(filters, page)));
  }));

  return router;
}
