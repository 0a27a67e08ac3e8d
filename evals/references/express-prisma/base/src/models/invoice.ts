import type { Prisma } from '../generated/prisma/client.js';
import type { InvoiceModel } from '../generated/prisma/models.js';
import { sum } from '../money.js';

/** What is read along with an invoice. */
export const invoiceDetails = {
  appointment: {
    select: { patient: { select: { id: true, name: true } }, treatments: { orderBy: { id: 'asc' } } },
  },
  payments: { orderBy: { id: 'asc' } },
} satisfies Prisma.InvoiceInclude;

export type Invoice = Prisma.InvoiceGetPayload<{ include: typeof invoiceDetails }>;

export type InvoiceRow = InvoiceModel;

export interface InvoiceInput {
  issuedAt?: Date | undefined;
}

/** What was paid, what is left to pay, and what the invoice is called for it. */
export function standing({ grossCents, payments }: Invoice) {
  const paidCents = sum(payments.map(({ amountCents }) => amountCents));
  const balanceCents = grossCents - paidCents;
  return { paidCents, balanceCents, status: balanceCents === 0n ? ('paid' as const) : ('open' as const) };
}
