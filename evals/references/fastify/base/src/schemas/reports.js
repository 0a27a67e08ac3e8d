import { formatDay, formatInstant } from '../instants.js';
import { ref, refOut } from './appointments.js';
import { array, day, idText, instant, number, object, oneOf, string, withDefault } from './fields.js';

export const revenueQuery = object(
  { from: day, to: day },
  { group_by: withDefault(oneOf('day', 'practitioner'), 'day'), practitioner_id: idText },
);

export const utilisationQuery = object({ from: instant, to: instant });

const figures = {
  net_cents: number,
  tax_cents: number,
  gross_cents: number,
  paid_cents: number,
  invoices: number,
  treatments: number,
};

const figuresOut = (sums) => ({
  net_cents: sums.netCents,
  tax_cents: sums.taxCents,
  gross_cents: sums.grossCents,
  paid_cents: sums.paidCents,
  invoices: sums.invoices,
  treatments: sums.treatments,
});

const rowOut = {
  day: (row) => ({ day: row.day, ...figuresOut(row) }),
  practitioner: (row) => ({ practitioner: refOut(row), ...figuresOut(row) }),
};

export const revenue = object({
  from: string,
  to: string,
  group_by: string,
  rows: array(object(figures, { day: string, practitioner: ref })),
  totals: object(figures),
});

export const revenueOut = ({ from, to, groupBy, rows, totals }) => ({
  from: formatDay(from),
  to: formatDay(to),
  group_by: groupBy,
  rows: rows.map(rowOut[groupBy]),
  totals: figuresOut(totals),
});

export const utilisation = object({
  from: string,
  to: string,
  rows: array(object({ practitioner: ref, booked_minutes: number, appointments: number })),
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
