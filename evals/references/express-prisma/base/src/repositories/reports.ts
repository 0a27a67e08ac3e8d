import { Prisma } from '../generated/prisma/client.js';
import type { DayFigures, PractitionerFigures, RevenueRange, Span, Utilisation } from '../models/report.js';
import { Repository } from './repository.js';

/** Each invoice is one row of the query: its payments and lines are summed and counted apart, and so never multiply. */
const PAID = Prisma.sql`(SELECT SUM(amount_cents) FROM payments WHERE payments.invoice_id = invoices.id)`;
const LINES = Prisma.sql`(SELECT COUNT(*) FROM treatments WHERE treatments.appointment_id = invoices.appointment_id)`;
const FIGURES = Prisma.sql`
  ${total(Prisma.sql`invoices.net_cents`)} AS "netCents",
  ${total(Prisma.sql`invoices.tax_cents`)} AS "taxCents",
  ${total(Prisma.sql`invoices.gross_cents`)} AS "grossCents",
  ${total(PAID)} AS "paidCents",
  COUNT(*) AS "invoices",
  ${total(LINES)} AS "treatments"`;

/** In SQL, because `groupBy` knows the columns of one table and no expressions. */
export class ReportRepository extends Repository {
  /** The figures of each UTC day that has an invoice. */
  revenueByDay(range: RevenueRange): Promise<DayFigures[]> {
    const day = Prisma.sql`CAST(invoices.issued_at AT TIME ZONE 'UTC' AS DATE)`;
    return this.db.$queryRaw<DayFigures[]>`
      SELECT ${day} AS day, ${FIGURES}
      FROM invoices JOIN appointments ON appointments.id = invoices.appointment_id
      WHERE ${within(range)}
      GROUP BY 1
      ORDER BY 1`;
  }

  /** The figures of each practitioner who has an invoice. */
  revenueByPractitioner(range: RevenueRange): Promise<PractitionerFigures[]> {
    return this.db.$queryRaw<PractitionerFigures[]>`
      SELECT practitioners.id, practitioners.name, ${FIGURES}
      FROM invoices
        JOIN appointments ON appointments.id = invoices.appointment_id
        JOIN practitioners ON practitioners.id = appointments.practitioner_id
      WHERE ${within(range)}
      GROUP BY practitioners.id
      ORDER BY practitioners.id`;
  }

  /** For every practitioner, the booked minutes between two moments and the number of appointments that have some. */
  utilisation({ from, to }: Span): Promise<Utilisation[]> {
    const booked = Prisma.sql`LEAST(appointments.ends_at, ${to}) - GREATEST(appointments.starts_at, ${from})`;
    // Without the filter a practitioner who has no appointment would be booked for the whole of the window.
    return this.db.$queryRaw<Utilisation[]>`
      SELECT practitioners.id, practitioners.name,
        CAST(COALESCE(SUM(EXTRACT(EPOCH FROM ${booked}) / 60) FILTER (WHERE appointments.id IS NOT NULL), 0) AS BIGINT)
          AS "bookedMinutes",
        COUNT(appointments.id) AS "appointments"
      FROM practitioners
        LEFT JOIN appointments ON appointments.practitioner_id = practitioners.id
          AND appointments.status <> 'cancelled' AND appointments.starts_at < ${to} AND appointments.ends_at > ${from}
      GROUP BY practitioners.id
      ORDER BY practitioners.id`;
  }
}

function within({ from, until, practitionerId }: RevenueRange): Prisma.Sql {
  const issued = Prisma.sql`invoices.issued_at >= ${from} AND invoices.issued_at < ${until}`;
  return practitionerId ? Prisma.sql`${issued} AND appointments.practitioner_id = ${practitionerId}` : issued;
}

/** A sum that stays an integer, 0 over nothing. */
function total(expression: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CAST(COALESCE(SUM(${expression}), 0) AS BIGINT)`;
}
