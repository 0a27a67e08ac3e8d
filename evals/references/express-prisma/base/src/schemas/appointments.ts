import { z } from 'zod';
import { formatInstant } from '../instants.js';
import { Status, type Appointment } from '../models/appointment.js';
import type { Page } from '../models/page.js';
import type { Treatment } from '../models/treatment.js';
import { id, idText, instant, integer, object, several } from './fields.js';
import { byInstant, pageOut, pageQuery } from './pages.js';

const order = byInstant('startsAt');
const status = z.enum(Status);

export const appointmentIn = object({
  patient_id: id,
  practitioner_id: id,
  room_id: id,
  starts_at: instant,
  ends_at: instant,
});

export const statusIn = object({ status });

export const treatmentIn = object({ service_id: id, quantity: integer(1, 1000) });

export const appointmentQuery = pageQuery(
  {
    patient_id: idText.optional(),
    practitioner_id: idText.optional(),
    room_id: idText.optional(),
    status: several(status).optional(),
    from: instant.optional(),
    to: instant.optional(),
  },
  order,
);

export const refOut = ({ id: number, name }: { id: number; name: string }) => ({ id: number, name });

export const treatmentOut = (treatment: Treatment) => ({
  id: treatment.id,
  service_id: treatment.serviceId,
  name: treatment.name,
  price_cents: Number(treatment.priceCents),
  tax_bp: treatment.taxBp,
  quantity: treatment.quantity,
  net_cents: Number(treatment.netCents),
  tax_cents: Number(treatment.taxCents),
});

export const appointmentOut = (appointment: Appointment) => ({
  id: appointment.id,
  patient: refOut(appointment.patient),
  practitioner: refOut(appointment.practitioner),
  room: refOut(appointment.room),
  starts_at: formatInstant(appointment.startsAt),
  ends_at: formatInstant(appointment.endsAt),
  status: appointment.status,
  treatments: appointment.treatments.map(treatmentOut),
  invoice_id: appointment.invoice?.id ?? null,
  created_at: formatInstant(appointment.createdAt),
});

export const appointmentPage = (page: Page<Appointment>) => pageOut(page, appointmentOut, order);
