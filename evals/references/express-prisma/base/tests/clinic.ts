import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../src/app.js';
import { openDatabase } from '../src/database.js';
import type { User } from '../src/models/user.js';
import { Tokens } from '../src/security.js';
import { AccountService } from '../src/services/accounts.js';
import { AppointmentService } from '../src/services/appointments.js';
import { AuditService } from '../src/services/audit.js';
import { InvoiceService } from '../src/services/invoices.js';
import { PatientService } from '../src/services/patients.js';
import { PractitionerService } from '../src/services/practitioners.js';
import { PriceListService } from '../src/services/priceList.js';
import { ReportService } from '../src/services/reports.js';
import { RoomService } from '../src/services/rooms.js';
import { unitsOfWork } from '../src/unitOfWork.js';

const SECRET = 'a secret of the tests';

export const uniqueEmail = () => `${randomUUID()}@clinic.test`;

/** An instant on the first of March 2026. */
export const at = (hours: number, minutes = 0) => new Date(Date.UTC(2026, 2, 1, hours, minutes));

export type Clinic = Awaited<ReturnType<typeof openClinic>>;

/** The services on the database of DATABASE_URL, which may hold anything: no test relies on an empty one. */
export async function openClinic() {
  const database = await openDatabase(process.env.DATABASE_URL ?? '');
  const units = unitsOfWork(database);
  const accounts = new AccountService(units, new Tokens(SECRET));
  const register = () => accounts.register({ email: uniqueEmail(), password: 'correct horse', name: 'Ada' });
  return {
    database,
    register,
    appointments: new AppointmentService(units),
    audit: new AuditService(units),
    invoices: new InvoiceService(units),
    patients: new PatientService(units),
    practitioners: new PractitionerService(units),
    priceList: new PriceListService(units),
    reports: new ReportService(units),
    rooms: new RoomService(units),
    tokenOf: ({ id }: User) => new Tokens(SECRET).issue(id),
    /** A user who is a manager, although there may be users already. */
    async manager() {
      const { id } = await register();
      return database.client.user.update({ where: { id }, data: { role: 'manager' } });
    },
    serve: () => serve(createApp({ port: 0, databaseUrl: '', jwtSecret: SECRET }, database).listen(0, '127.0.0.1')),
  };
}

/** An appointment of new people in a new room, which nothing else can be in the way of. */
export async function appointment(clinic: Clinic, startsAt = at(9), endsAt = at(10)) {
  const user = await clinic.register();
  const patient = await clinic.patients.create(user, patientInput());
  const practitioner = await clinic.practitioners.create({ name: 'Dr Grace', specialties: [] });
  const room = await clinic.rooms.create({ name: 'Blue' });
  const input = { patientId: patient.id, practitionerId: practitioner.id, roomId: room.id, startsAt, endsAt };
  return { user, input, ...(await clinic.appointments.create(input)) };
}

/** An invoice of two lines: net 1000 and 3, tax 190 and 1. */
export async function invoice(clinic: Clinic) {
  const { user, id, practitioner } = await appointment(clinic);
  await clinic.appointments.changeStatus(user, id, 'confirmed');
  for (const [priceCents, taxBp] of [
    [1000n, 1900],
    [3n, 1700],
  ] as const) {
    const service = await clinic.priceList.create(user, { name: 'Massage', priceCents, taxBp });
    await clinic.appointments.addTreatment(id, { serviceId: service.id, quantity: 1 });
  }
  await clinic.appointments.changeStatus(user, id, 'completed');
  return { user, practitioner, ...(await clinic.invoices.issueInvoice(user, id, { issuedAt: at(12) })) };
}

export function patientInput(values: { name?: string; email?: string; tags?: string[] } = {}) {
  return { name: 'Joan', email: null, birthDate: null, note: null, tags: [], ...values };
}

/** Tells the one that happened from those that were refused. */
export async function outcomes(attempts: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(attempts);
  return settled.map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason.code))).sort();
}

function serve(server: Server) {
  const ready = new Promise<void>((resolve) => server.once('listening', resolve));
  return {
    close: () => server.close(),
    async ask(method: string, path: string, { token, body }: { token?: string | undefined; body?: unknown } = {}) {
      await ready;
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
        body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}
