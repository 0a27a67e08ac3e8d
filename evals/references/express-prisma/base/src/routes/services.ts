import type { Router } from 'express';
import { managersOnly } from '../middleware/authentication.js';
import { valid } from '../middleware/validation.js';
import { serviceIn, serviceOut, servicePage, servicePatch, serviceQuery } from '../schemas/services.js';
import type { PriceListService } from '../services/priceList.js';
import { createRouter, pathId } from './router.js';

export function serviceRoutes(priceList: PriceListService): Router {
  const router = createRouter();
  const read = (id: number) => priceList.read(id);

  router.post('/', managersOnly, valid({ body: serviceIn })(async (req, res) => {
    const service = await priceList.create(req.user, req.valid.body);
    res.status(201).json(serviceOut(service));
  }));

  router.get('/', valid({ query: serviceQuery })(async (req, res) => {
    res.json(servicePage(await priceList.list(req.valid.query.page)));
  }));

  router.patch('/:id', managersOnly, pathId, valid({ body: servicePatch }, read)(async (req, res) => {
    const service = await priceList.update(req.user, req.id, req.valid.body);
    res.json(serviceOut(service));
  }));

  return router;
}
