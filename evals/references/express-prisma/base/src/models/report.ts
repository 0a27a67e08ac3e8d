export interface Figures {
  netCents: bigint;
  taxCents: bigint;
  grossCents: bigint;
  paidCents: bigint;
  invoices: bigint;
  treatments: bigint;
}

export type DayFigures = Figures & { day: Date };

export type PractitionerFigures = Figures & { id: number; name: string };

export interface Span {
  from: Date;
  to: Date;
}

export type RevenueQuery = Span & { groupBy: 'day' | 'practitioner'; practitionerId?: number | undefined };

/** From a moment until just before another. */
export interface RevenueRange {
  from: Date;
  until: Date;
  practitionerId?: number | undefined;
}

export type Revenue = Span & { totals: Figures } & (
    | { groupBy: 'day'; rows: DayFigures[] }
    | { groupBy: 'practitioner'; rows: PractitionerFigures[] }
  );

export interface Utilisation {
  id: number;
  name: string;
  bookedMinutes: bigint;
  appointments: bigint;
}
