import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openClinic, patientInput, uniqueEmail, type Clinic } from './clinic.js';

let clinic: Clinic;
let api: ReturnType<Clinic['serve']>;
let staff: string;
let manager: string;

before(async () => {
  clinic = await openClinic();
  api = clinic.serve();
  manager = clinic.tokenOf(await clinic.manager());
  staff = clinic.tokenOf(await clinic.register());
});
after(async () => {
  api.close();
  await clinic.database.close();
});

test('whoever registers can log in, in any case, and is known by the token', async () => {
  const credentials = { email: uniqueEmail(), password: 'correct horse' };
  const registered = await api.ask('POST', '/users', { body: { ...credentials, name: 'Ada' } });
  assert.equal(registered.status, 201);
  const body = { ...credentials, email: credentials.email.toUpperCase() };
  const { body: session } = await api.ask('POST', '/sessions', { body });
  assert.deepEqual((await api.ask('GET', '/users/me', { token: session.token })).body, registered.body);
  const wrong = await api.ask('POST', '/sessions', { body: { ...credentials, password: 'wrong' } });
  assert.deepEqual([wrong.status, wrong.body.error.code], [401, 'invalid_credentials']);
});

test('refusals come in their order: 401, 403, 404, 422', async () => {
  const ask = async (path: string, token?: string) => (await api.ask('PATCH', path, { token, body: 5 })).status;
  assert.equal(await ask('/services/2147483648'), 401);
  assert.equal(await ask('/services/2147483648', staff), 403);
  assert.equal(await ask('/services/2147483647', manager), 404);
  const service = { name: 'X-ray', price_cents: 1, tax_bp: 0 };
  const { body } = await api.ask('POST', '/services', { token: manager, body: service });
  assert.equal(await ask(`/services/${body.id}`, manager), 422);
});

test('every field that is wrong is named, once', async () => {
  const body = { name: ' ', email: 'nobody', tags: ['A', 'B'], colour: 'red' };
  const { status, body: refusal } = await api.ask('POST', '/patients', { token: staff, body });
  const named = refusal.error.fields.map(({ field }: { field: string }) => field).sort();
  assert.deepEqual([status, named], [422, ['colour', 'email', 'name', 'tags']]);
});

test('a body that is no object is wrong as a whole', async () => {
  for (const body of ['', '{', '[]', 'null']) {
    const { body: refusal } = await api.ask('POST', '/patients', { token: staff, body });
    assert.deepEqual(refusal.error.fields.map(({ field }: { field: string }) => field), ['body'], body);
  }
});

test('pages show each row once and in order, also those of one second', async () => {
  const name = randomUUID();
  const user = await clinic.register();
  for (let count = 0; count < 5; count += 1) await clinic.patients.create(user, patientInput({ name }));
  const ids: number[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await api.ask('GET', `/patients?search=${name}&limit=2${cursor}`, { token: staff });
    assert.equal(body.total, 5);
    ids.push(...body.items.map(({ id }: { id: number }) => id));
    if (body.next_cursor === null) break;
    cursor = `&cursor=${body.next_cursor}`;
  }
  assert.deepEqual(ids, [...new Set(ids)].sort((one, other) => one - other));
  assert.equal(ids.length, 5);
});

test('wildcards in a search mean themselves', async () => {
  const name = `50%_${randomUUID()}`;
  await clinic.patients.create(await clinic.register(), patientInput({ name }));
  const totalOf = async (search: string) => {
    const query = new URLSearchParams({ search });
    return (await api.ask('GET', `/patients?${query}`, { token: staff })).body.total;
  };
  assert.equal(await totalOf(name.toUpperCase()), 1);
  assert.equal(await totalOf(name.replace('%', '_')), 0);
});

test('a path that nobody knows, and an id that belongs to nothing, are not found', async () => {
  for (const path of ['/nowhere', '/patients/0', '/patients/x', '/patients/2147483647']) {
    const { status, body } = await api.ask('GET', path, { token: staff });
    assert.deepEqual([status, body.error.code], [404, 'not_found'], path);
  }
});
