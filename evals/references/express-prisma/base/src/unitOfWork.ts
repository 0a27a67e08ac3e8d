import type { Database } from './database.js';
import type { Prisma } from './generated/prisma/client.js';
import { AppointmentRepository } from './repositories/appointments.js';
import { AuditRepository } from './repositories/audit.js';
import { InvoiceRepository } from './repositories/invoices.js';
import { PatientRepository } from './repositories/patients.js';
import { PaymentRepository } from './repositories/payments.js';
import { PractitionerRepository } from './repositories/practitioners.js';
import { ReportRepository } from './repositories/reports.js';
import { RoomRepository } from './repositories/rooms.js';
import { ServiceRepository } from './repositories/services.js';
import { TreatmentRepository } from './repositories/treatments.js';
import { UserRepository } from './repositories/users.js';

/** The repositories, all of them within one transaction, or all without. */
export class UnitOfWork {
  readonly users: UserRepository;
  readonly patients: PatientRepository;
  readonly practitioners: PractitionerRepository;
  readonly rooms: RoomRepository;
  readonly services: ServiceRepository;
  readonly appointments: AppointmentRepository;
  readonly treatments: TreatmentRepository;
  readonly invoices: InvoiceRepository;
  readonly payments: PaymentRepository;
  readonly audit: AuditRepository;
  readonly reports: ReportRepository;

  constructor(client: Prisma.TransactionClient) {
    this.users = new UserRepository(client);
    this.patients = new PatientRepository(client);
    this.practitioners = new PractitionerRepository(client);
    this.rooms = new RoomRepository(client);
    this.services = new ServiceRepository(client);
    this.appointments = new AppointmentRepository(client);
    this.treatments = new TreatmentRepository(client);
    this.invoices = new InvoiceRepository(client);
    this.payments = new PaymentRepository(client);
    this.audit = new AuditRepository(client);
    this.reports = new ReportRepository(client);
  }
}

/** The two ways in which services reach the data. */
export interface Units {
  /** Does all of the block or nothing; what it did is committed before its result is there. */
  work<T>(block: (work: UnitOfWork) => Promise<T>): Promise<T>;
  /** For blocks that change nothing: each query stands alone. */
  reading<T>(block: (work: UnitOfWork) => Promise<T>): Promise<T>;
}

export function unitsOfWork({ client, transaction }: Database): Units {
  return {
    work: (block) => transaction((tx) => block(new UnitOfWork(tx))),
    reading: (block) => block(new UnitOfWork(client)),
  };
}
