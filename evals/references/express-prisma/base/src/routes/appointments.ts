import type { Router } from 'express';
import { valid } from '../middleware/validation.js';
import {
  appointmentIn,
  appointmentOut,
  appointmentPage,
  appointmentQuery,
  statusIn,
  treatmentIn,
  treatmentOut,
} from '../schemas/appointments.js';
import { invoiceIn, invoiceOut } from '../schemas/invoices.js';
import type { AppointmentService } from '../services/appointments.js';
import type { InvoiceService } from '../services/invoices.js';
import { createRouter, pathId } from './router.js';

export function appointmentRoutes(appointments: AppointmentService, invoices: InvoiceService): Router {
  const router = createRouter();
  const read = (id: number) => appointments.read(id);

  router.post('/', valid({ body: appointmentIn })(async (req, res) => {
    const appointment = await appointments.create(req.valid.body);
    res.status(201).json(appointmentOut(appointment));
  }));

  router.get('/', valid({ query: appointmentQuery })(async (req, res) => {
    const { filters, page } = req.valid.query;
    res.json(appointmentPage(await appointments.list(filters, page)));
  }));

  router.get('/:id', pathId, async (req, res) => {
    res.json(appointmentOut(await appointments.read(req.id)));
  });

  router.post('/:id/status', pathId, valid({ body: statusIn }, read)(async (req, res) => {
    const appointment = await appointments.changeStatus(req.user, req.id, req.valid.body.status);
    res.json(appointmentOut(appointment));
  }));

  router.post('/:id/treatments', pathId, valid({ body: treatmentIn }, read)(async (req, res) => {
    const treatment = await appointments.addTreatment(req.id, req.valid.body);
    res.status(201).json(treatmentOut(treatment));
  }));

  router.post('/:id/invoice', pathId, valid({ body: invoiceIn }, read)(async (req, res) => {
    const invoice = await invoices.issueInvoice(req.user, req.id, req.valid.body);
    res.status(201).json(invoiceOut(invoice));
  }));

  return router;
}
