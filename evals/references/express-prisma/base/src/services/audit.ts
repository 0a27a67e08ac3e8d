import { isDeepStrictEqual } from 'node:util';
import { now } from '../clock.js';
import { formatDay, formatInstant } from '../instants.js';
import {
  entityOf,
  type Action,
  type AuditEntry,
  type AuditFilters,
  type Changes,
  type Facts,
} from '../models/auditEntry.js';
import type { Invoice } from '../models/invoice.js';
import type { InstantKey, Page, PageRequest } from '../models/page.js';
import { tagWords, type Patient } from '../models/patient.js';
import type { Payment } from '../models/payment.js';
import type { Service } from '../models/service.js';
import type { User } from '../models/user.js';
import type { UnitOfWork, Units } from '../unitOfWork.js';

/** What the audit trail tells of each kind of thing, in the form in which the thing itself is shown. */
export const facts = {
  patient: (patient: Patient): Facts => ({
    name: patient.name,
    email: patient.email,
    birth_date: patient.birthDate && formatDay(patient.birthDate),
    note: patient.note,
    tags: tagWords(patient),
  }),
  service: (service: Service): Facts => ({
    name: service.name,
    price_cents: Number(service.priceCents),
    tax_bp: service.taxBp,
  }),
  invoice: (invoice: Invoice): Facts => ({
    appointment_id: invoice.appointmentId,
    issued_at: formatInstant(invoice.issuedAt),
    net_cents: Number(invoice.netCents),
    tax_cents: Number(invoice.taxCents),
    gross_cents: Number(invoice.grossCents),
  }),
  payment: (payment: Payment): Facts => ({
    invoice_id: payment.invoiceId,
    amount_cents: Number(payment.amountCents),
    method: payment.method,
  }),
};

interface Change {
  user: User;
  action: Action;
  entityId: number;
  before?: Facts;
  after: Facts;
}

/** Leaves a row about a change, within the transaction of the change; none when nothing differs. */
export async function record(work: UnitOfWork, { user, action, entityId, before = {}, after }: Change): Promise<void> {
  const changes = difference(before, after);
  if (Object.keys(changes).length === 0) return;
  await work.audit.create({ at: now(), userId: user.id, action, entity: entityOf(action), entityId, changes });
}

function difference(before: Facts, after: Facts): Changes {
  const changes = Object.entries(after).map(([field, value]) => ({ field, old: before[field] ?? null, new: value }));
  const different = changes.filter((change) => !isDeepStrictEqual(change.old, change.new));
  return Object.fromEntries(different.map(({ field, ...change }) => [field, change]));
}

export class AuditService {
  constructor(private readonly units: Units) {}

  list(filters: AuditFilters, page: PageRequest<InstantKey>): Promise<Page<AuditEntry>> {
    return this.units.reading((work) => work.audit.list(filters, page));
  }
}
