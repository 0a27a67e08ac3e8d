import { z } from 'zod';
import { formatDay, formatInstant } from '../instants.js';
import { refOut } from './appointments.js';
import { day, idText, instant, object } from './fields.js';

export const revenueQuery = object({
  from: day,
  to: day,
  group_by: z.enum(['day', 'practitioner']).default('day'),
  practitioner_id: idText.optional(),
});

export const utilisationQuery = object({ from: instant, to: instant });

const figuresOut = (figures) => ({
  net_cents: figures.netCents,
  tax_cents: figures.taxCents,
  gross_cents: figures.grossCents,
  paid_cents: figures.paidCents,
  invoices: figures.invoices,
  treatments: figures.treatments,
});

const rowOut = {
  day: (row) => ({ day: row.day, ...figuresOut(row) }),
  practitioner: (row) => ({ practitioner: refOut(row), ...figuresOut(row) }),
};

export const revenueOut = ({ from, to, groupBy, rows, totals }) => ({
  from: formatDay(from),
  to: formatDay(to),
  group_by: groupBy,
  rows: rows.map(rowOut[groupBy]),
  totals: figuresOut(totals),
});

export const utilisationOut = ({ from, to, rows }) => ({
  from: formatInstant(from),
  to: formatInstant(to),
  rows: rows.map((row) => ({
    practitioner: refOut(row),
    booked_minutes: row.bookedSeconds / 60,
    appointments: row.appointments,
  })),
});
