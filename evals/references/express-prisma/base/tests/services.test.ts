import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appointment, at, invoice, openClinic, outcomes, patientInput, uniqueEmail, type Clinic } from './clinic.js';

let clinic: Clinic;
before(async () => {
  clinic = await openClinic();
});
after(() => clinic.database.close());

const firstPage = { limit: 100 };

test('appointments may touch, but not overlap, until the one in the way is cancelled', async () => {
  const { user, id, input } = await appointment(clinic, at(9), at(10));
  await clinic.appointments.create({ ...input, startsAt: at(10), endsAt: at(11) });
  const between = { ...input, startsAt: at(9, 30), endsAt: at(10) };
  await assert.rejects(clinic.appointments.create(between), { code: 'slot_taken' });
  await clinic.appointments.changeStatus(user, id, 'cancelled');
  assert.equal((await clinic.appointments.create(between)).status, 'scheduled');
});

test('of appointments made at once for one practitioner, one is', async () => {
  const { input } = await appointment(clinic);
  const later = { ...input, startsAt: at(14), endsAt: at(15) };
  const rooms = await Promise.all(['A', 'B', 'C', 'D'].map((name) => clinic.rooms.create({ name })));
  const made = await outcomes(rooms.map(({ id }) => clinic.appointments.create({ ...later, roomId: id })));
  assert.deepEqual(made, ['done', 'slot_taken', 'slot_taken', 'slot_taken']);
});

test('references to nothing are refused by the names of their fields', async () => {
  const { input } = await appointment(clinic);
  const dangling = clinic.appointments.create({ ...input, patientId: 2_147_483_647, roomId: 2_147_483_647 });
  await assert.rejects(dangling, ({ fields }: { fields: { field: string }[] }) => {
    assert.deepEqual(fields.map(({ field }) => field).sort(), ['patient_id', 'room_id']);
    return true;
  });
});

test('of two ends of an appointment at once, one comes', async () => {
  const { user, id } = await appointment(clinic);
  await clinic.appointments.changeStatus(user, id, 'confirmed');
  const ends = (['completed', 'no_show'] as const).map((end) => clinic.appointments.changeStatus(user, id, end));
  assert.deepEqual(await outcomes(ends), ['done', 'illegal_transition']);
});

test('a treatment keeps the price of its moment', async () => {
  const { user, id } = await appointment(clinic);
  await clinic.appointments.changeStatus(user, id, 'confirmed');
  const service = await clinic.priceList.create(user, { name: 'X-ray', priceCents: 500n, taxBp: 0 });
  await clinic.appointments.addTreatment(id, { serviceId: service.id, quantity: 3 });
  await clinic.priceList.update(user, service.id, { priceCents: 900n });
  const [treatment] = (await clinic.appointments.read(id)).treatments;
  assert.deepEqual([treatment?.priceCents, treatment?.netCents], [500n, 1500n]);
});

test('an invoice has the sums of its lines, and an appointment one invoice', async () => {
  const { user, appointmentId, netCents, taxCents, grossCents } = await invoice(clinic);
  assert.deepEqual([netCents, taxCents, grossCents], [1003n, 191n, 1194n]);
  await assert.rejects(clinic.invoices.issueInvoice(user, appointmentId, {}), { code: 'already_invoiced' });
});

test('a key pays once, and only the same payment', async () => {
  const { user, id } = await invoice(clinic);
  const pay = (amountCents: bigint) => clinic.invoices.pay(user, id, { amountCents, method: 'cash' }, 'key');
  const payments = await Promise.all([pay(1000n), pay(1000n), pay(1000n)]);
  assert.deepEqual(new Set(payments.map((payment) => payment.id)).size, 1);
  await assert.rejects(pay(5000n), { code: 'idempotency_conflict' });
  assert.equal((await clinic.invoices.read(id)).payments.length, 1);
});

test('of payments at once, any two of which are above the balance, one is made', async () => {
  const { user, id } = await invoice(clinic);
  const attempts = [700n, 800n, 900n].map((amountCents) =>
    clinic.invoices.pay(user, id, { amountCents, method: 'card' }),
  );
  assert.deepEqual(await outcomes(attempts), ['done', 'exceeds_balance', 'exceeds_balance']);
});

test('the email of a patient is taken in any case, until the patient is deleted', async () => {
  const user = await clinic.register();
  const email = uniqueEmail();
  const { id } = await clinic.patients.create(user, patientInput({ email }));
  const again = () => clinic.patients.create(user, patientInput({ email: email.toUpperCase() }));
  await assert.rejects(again(), { code: 'email_taken' });
  await clinic.patients.delete(user, id);
  assert.equal((await again()).email, email.toUpperCase());
});

test('a change leaves a row of what differs; one that changes nothing, or is refused, leaves none', async () => {
  const user = await clinic.register();
  const email = uniqueEmail();
  await clinic.patients.create(user, patientInput({ email }));
  const { id } = await clinic.patients.create(user, patientInput({ tags: ['b', 'a', 'b'] }));
  await clinic.patients.update(user, id, { tags: ['a', 'b'] });
  await clinic.patients.update(user, id, { name: 'Joan', tags: ['c'] });
  await assert.rejects(clinic.patients.update(user, id, { name: 'Jo', email }), { code: 'email_taken' });
  const { items } = await clinic.audit.list({ entity: 'patient', entityId: id }, firstPage);
  assert.deepEqual(
    items.map(({ action, changes }) => [action, changes]),
    [
      ['patient.created', { name: { old: null, new: 'Joan' }, tags: { old: null, new: ['a', 'b'] } }],
      ['patient.updated', { tags: { old: ['a', 'b'], new: ['c'] } }],
    ],
  );
});

test('a report counts an invoice once, whatever its number of lines and payments', async () => {
  const { user, id, practitioner } = await invoice(clinic);
  for (const amountCents of [100n, 94n]) await clinic.invoices.pay(user, id, { amountCents, method: 'transfer' });
  const query = { from: at(0), to: at(0), practitionerId: practitioner.id };
  const { rows, totals } = await clinic.reports.revenue({ ...query, groupBy: 'day' });
  const figures = { netCents: 1003n, taxCents: 191n, grossCents: 1194n, paidCents: 194n };
  assert.deepEqual(totals, { ...figures, invoices: 1n, treatments: 2n });
  assert.deepEqual(rows, [{ day: at(0), ...totals }]);
});

test('utilisation is the part of each appointment within the window, and nothing where there is none', async () => {
  const { practitioner } = await appointment(clinic, at(9), at(10));
  const idle = await clinic.practitioners.create({ name: 'Dr Idle', specialties: [] });
  const { rows } = await clinic.reports.utilisation({ from: at(9, 45), to: at(12) });
  const booked = [practitioner, idle].map(({ id }) => rows.find((row) => row.id === id)?.bookedMinutes);
  assert.deepEqual(booked, [15n, 0n]);
});
