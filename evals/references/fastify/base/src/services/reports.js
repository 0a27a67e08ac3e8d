import { Invalid } from '../errors.js';
import { dayAfter } from '../instants.js';
import { sum } from '../money.js';

const FIGURES = ['netCents', 'taxCents', 'grossCents', 'paidCents', 'invoices', 'treatments'];

export class ReportService {
  constructor({ reading }) {
    this.reading = reading;
  }

  /** The figures of the invoices from one UTC day until another, both included, in rows and in all. */
  async revenue({ from, to, groupBy, practitionerId }) {
    if (to < from) throw new Invalid([{ field: 'to', message: 'It must not be before from.' }]);
    const range = { from, until: dayAfter(to), practitionerId };
    const rows = await this.reading(({ reports }) =>
      groupBy === 'day' ? reports.revenueByDay(range) : reports.revenueByPractitioner(range),
    );
    const totals = Object.fromEntries(FIGURES.map((figure) => [figure, sum(rows.map((row) => row[figure]))]));
    return { from, to, groupBy, rows, totals };
  }

  /** How much of the time between two moments the practitioners are booked. */
  async utilisation({ from, to }) {
    if (to <= from) throw new Invalid([{ field: 'to', message: 'It must be after from.' }]);
    const rows = await this.reading((work) => work.reports.utilisation({ from, to }));
    return { from, to, rows };
  }
}
