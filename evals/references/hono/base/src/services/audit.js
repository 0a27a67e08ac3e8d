import { isDeepStrictEqual } from 'node:util';
import { now } from '../clock.js';
import { formatInstant } from '../instants.js';

/** What the audit trail tells of each kind of thing, in the form in which the thing itself is shown. */
export const facts = {
  patient: (patient) => ({
    name: patient.name,
    email: patient.email,
    birth_date: patient.birthDate,
    note: patient.note,
    tags: patient.tagWords,
  }),
  service: (service) => ({ name: service.name, price_cents: service.priceCents, tax_bp: service.taxBp }),
  invoice: (invoice) => ({
    appointment_id: invoice.appointmentId,
    issued_at: formatInstant(invoice.issuedAt),
    net_cents: invoice.netCents,
    tax_cents: invoice.taxCents,
    gross_cents: invoice.grossCents,
  }),
  payment: (payment) => ({
    invoice_id: payment.invoiceId,
    amount_cents: payment.amountCents,
    method: payment.method,
  }),
};

/** Leaves a row about a change, within the transaction of the change; none when nothing differs. */
export async function record(work, { user, action, entityId, before = {}, after }) {
  const changes = difference(before, after);
  if (Object.keys(changes).length === 0) return;
  const [entity] = action.split('.');
  await work.audit.create({ at: now(), userId: user.id, action, entity, entityId, changes });
}

function difference(before, after) {
  const pairs = Object.keys(after).map((field) => [field, { old: before[field] ?? null, new: after[field] ?? null }]);
  return Object.fromEntries(pairs.filter(([, pair]) => !isDeepStrictEqual(pair.old, pair.new)));
}

export class AuditService {
  constructor({ reading }) {
    this.reading = reading;
  }

  list(filters, page) {
    return this.reading((work) => work.audit.list(filters, page));
  }
}
