import { Router } from 'express';

export function articleRoutes(service) {
  const router = Router();

  router.get('/', async (req, res, next) => {
    try {
      res.json(await service.list());
    } catch (error) {
      next(error);
    }
  });

  router.post('/', async (req, res, next) => {
    try {
      res.status(201).json(await service.create(req.body.title));
    } catch (error) {
      next(error);
    }
  });

  return router;
}
