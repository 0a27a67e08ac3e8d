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
class UnitOfWork {
  constructor({ sequelize: { models }, secondsOf }, transaction) {
    this.users = new UserRepository(models, transaction);
    this.patients = new PatientRepository(models, transaction);
    this.practitioners = new PractitionerRepository(models, transaction);
    this.rooms = new RoomRepository(models, transaction);
    this.services = new ServiceRepository(models, transaction);
    this.appointments = new AppointmentRepository(models, transaction);
    this.treatments = new TreatmentRepository(models, transaction);
    this.invoices = new InvoiceRepository(models, transaction);
    this.payments = new PaymentRepository(models, transaction);
    this.audit = new AuditRepository(models, transaction);
    this.reports = new ReportRepository(models, transaction, secondsOf);
  }
}

/** The two ways in which services reach the data. */
export function unitsOfWork(database) {
  return {
    /** Does all of the block or nothing; what it did is committed before its result is there. */
    work: (block) => database.transaction((transaction) => block(new UnitOfWork(database, transaction))),
    /** For blocks that change nothing: each query stands alone. */
    reading: (block) => block(new UnitOfWork(database)),
  };
}
