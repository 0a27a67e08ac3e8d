import { Invalid } from '../errors.js';
import { dayAfter } from '../instants.js';
import type { Figures, Revenue, RevenueQuery, Span, Utilisation } from '../models/report.js';
import { sum } from '../money.js';
import type { Units } from '../unitOfWork.js';

export class ReportService {
  constructor(private readonly units: Units) {}

  /** The figures of the invoices from one UTC day until another, both included, in rows and in all. */
  async revenue({ from, to, groupBy, practitionerId }: RevenueQuery): Promise<Revenue> {
    if (to < from) throw new Invalid([{ field: 'to', message: 'It must not be before from.' }]);
    const range = { from, until: dayAfter(to), practitionerId };
    return this.units.reading(async ({ reports }) => {
      if (groupBy === 'day') {
        const rows = await reports.revenueByDay(range);
        return { from, to, groupBy, rows, totals: totals(rows) };
      }
      const rows = await reports.revenueByPractitioner(range);
      return { from, to, groupBy, rows, totals: totals(rows) };
    });
  }

  /** How much of the time between two moments the practitioners are booked. */
  async utilisation({ from, to }: Span): Promise<Span & { rows: Utilisation[] }> {
    if (to <= from) throw new Invalid([{ field: 'to', message: 'It must be after from.' }]);
    const rows = await this.units.reading((work) => work.reports.utilisation({ from, to }));
    return { from, to, rows };
  }
}

function totals(rows: readonly Figures[]): Figures {
  const total = (figure: keyof Figures) => sum(rows.map((row) => row[figure]));
  return {
    netCents: total('netCents'),
    taxCents: total('taxCents'),
    grossCents: total('grossCents'),
    paidCents: total('paidCents'),
    invoices: total('invoices'),
    treatments: total('treatments'),
  };
}
