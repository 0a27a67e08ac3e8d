import type { Router } from 'express';
import { valid } from '../middleware/validation.js';
import { patientIn, patientOut, patientPage, patientPatch, patientQuery } from '../schemas/patients.js';
import type { PatientService } from '../services/patients.js';
import { createRouter, pathId } from './router.js';

export function patientRoutes(patients: PatientService): Router {
  const router = createRouter();
  const read = (id: number) => patients.read(id);

  router.post('/', valid({ body: patientIn })(async (req, res) => {
    const patient = await patients.create(req.user, req.valid.body);
    res.status(201).json(patientOut(patient));
  }));

  router.get('/', valid({ query: patientQuery })(async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(patientPage(await patients.list(filters, page)));
  }));

  router.get('/:id', pathId, async (req, res) => {
    res.json(patientOut(await patients.read(req.id)));
  });

  router.patch('/:id', pathId, valid({ body: patientPatch }, read)(async (req, res) => {
    const patient = await patients.update(req.user, req.id, req.valid.body);
    res.json(patientOut(patient));
  }));

  router.delete('/:id', pathId, async (req, res) => {
    await patients.delete(req.user, req.id);
    res.status(204).end();
  });

  return router;
}
