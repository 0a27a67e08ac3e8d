import { z } from 'zod';
import { formatDay, formatInstant } from '../instants.js';
import type { DayFigures, Figures, PractitionerFigures, Revenue, Span, Utilisation } from '../models/report.js';
import { refOut } from './appointments.js';
import { day, idText, instant, object } from './fields.js';

export const revenueQuery = object({
  from: day,
  to: day,
  group_by: z.enum(['day', 'practitioner']).default('day'),
  practitioner_id: idText.optional(),
});

export const utilisationQuery = object({ from: instant, to: instant });

const figuresOut = (figures: Figures) => ({
  net_cents: Number(figures.netCents),
  tax_cents: Number(figures.taxCents),
  gross_cents: Number(figures.grossCents),
  paid_cents: Number(figures.paidCents),
  invoices: Number(figures.invoices),
  treatments: Number(figures.treatments),
});

const dayOut = (row: DayFigures) => ({ day: formatDay(row.day), ...figuresOut(row) });

const practitionerOut = (row: PractitionerFigures) => ({ practitioner: refOut(row), ...figuresOut(row) });

export const revenueOut = (revenue: Revenue) => ({
  from: formatDay(revenue.from),
  to: formatDay(revenue.to),
  group_by: revenue.groupBy,
  rows: revenue.groupBy === 'day' ? revenue.rows.map(dayOut) : revenue.rows.map(practitionerOut),
  totals: figuresOut(revenue.totals),
});

export const utilisationOut = ({ from, to, rows }: Span & { rows: Utilisation[] }) => ({
  from: formatInstant(from),
  to: formatInstant(to),
  rows: rows.map((row) => ({
    practitioner: refOut(row),
    booked_minutes: Number(row.bookedMinutes),
    appointments: Number(row.appointments),
  })),
});
