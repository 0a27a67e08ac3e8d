import { formatInstant } from '../instants.js';
import { array, id, idText, instant, integer, nullable, number, object, oneOf, string } from './fields.js';
import { byInstant, pageInput, pageOf, pageOut, pageQuery } from './pages.js';

const order = byInstant('startsAt');
const status = oneOf('scheduled', 'confirmed', 'completed', 'cancelled', 'no_show');

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
    patient_id: idText,
    practitioner_id: idText,
    room_id: idText,
    status: array(status),
    from: instant,
    to: instant,
  },
  order,
);

export const appointmentPageInput = (query) => pageInput(query, order);

export const ref = object({ id: number, name: string });

export const refOut = (row) => ({ id: row.id, name: row.name });

export const treatment = object({
  id: number,
  service_id: number,
  name: string,
  price_cents: number,
  tax_bp: number,
  quantity: number,
  net_cents: number,
  tax_cents: number,
});

export const treatmentOut = (line) => ({
  id: line.id,
  service_id: line.serviceId,
  name: line.name,
  price_cents: line.priceCents,
  tax_bp: line.taxBp,
  quantity: line.quantity,
  net_cents: line.netCents,
  tax_cents: line.taxCents,
});

export const appointment = object({
  id: number,
  patient: ref,
  practitioner: ref,
  room: ref,
  starts_at: string,
  ends_at: string,
  status: string,
  treatments: array(treatment),
  invoice_id: nullable(number),
  created_at: string,
});

export const appointmentOut = (row) => ({
  id: row.id,
  patient: refOut(row.patient),
  practitioner: refOut(row.practitioner),
  room: refOut(row.room),
  starts_at: formatInstant(row.startsAt),
  ends_at: formatInstant(row.endsAt),
  status: row.status,
  treatments: row.treatments.map(treatmentOut),
  invoice_id: row.invoice?.id ?? null,
  created_at: formatInstant(row.createdAt),
});

export const appointmentPage = pageOf(appointment);

export const appointmentPageOut = (page) => pageOut(page, appointmentOut, order);
